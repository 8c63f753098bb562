"""Generative: rows are drawn from a model learnt on the rare classes."""
