"""Tuning of learners' settings for the baseline of a suite."""
