"""Contract of strategies: promises that every strategy keeps, as checks that users can run."""
