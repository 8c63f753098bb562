"""The profile of a dataset before any model is fitted: its imbalance, its problems and their consequences."""
