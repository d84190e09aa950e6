"""The complaint rule engine: facts about one message in, a verdict out, with the rules that fired and why."""
