"""More rows of rare classes."""
