"""Evaluation: from scores to metrics. No learner is fitted here."""
