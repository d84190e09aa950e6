"""Rasa's side of a conversation: the server entry, its one channel, an honest processor, the tracker store."""
