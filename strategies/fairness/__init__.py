"""Fairness: the worst class counts, not the average row."""
