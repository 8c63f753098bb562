"""Rows drawn from a model learnt of the rare classes."""
