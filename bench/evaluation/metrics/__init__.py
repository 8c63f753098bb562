"""Metrics: pure functions of scores and labels, in which a row counts as class k with the weight P(k | row)."""
