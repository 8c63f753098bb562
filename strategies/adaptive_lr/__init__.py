"""Adaptive learning rates: the length of a step follows class frequencies."""
