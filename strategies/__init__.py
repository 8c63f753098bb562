"""Ways to rebalance: a folder a family, a file an idea."""
