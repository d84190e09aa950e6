"""Use cases, one verb_noun module each. They see storage and the outside only through `ports`."""
