"""Rebalancing strategies: one folder per family, one file per idea."""
