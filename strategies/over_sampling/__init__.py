"""Over-sampling: more rows of rare classes."""
