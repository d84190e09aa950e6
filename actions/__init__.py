"""Rasa custom actions: each translates the tracker to a use case and its replies back. Flat modules only."""
