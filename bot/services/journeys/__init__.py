"""Journeys: transactions as lists of questions, run by one engine (`engine.take_turn`)."""
