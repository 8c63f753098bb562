"""Causal: rows stand for those that were not exposed."""
