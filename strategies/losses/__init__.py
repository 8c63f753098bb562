"""Losses: the cost of a row depends on its class."""
