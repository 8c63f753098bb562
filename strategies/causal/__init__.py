"""Causal: rows are weighted to represent those that were not exposed."""
