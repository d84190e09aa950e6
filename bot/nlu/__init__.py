"""Rasa graph components for Chinese insurance text. Importing this package imports neither Rasa nor TensorFlow."""
