"""Under-sampling: fewer rows of frequent classes."""
