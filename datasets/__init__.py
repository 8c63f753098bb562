"""Click logs: generated with a known truth, real, and the user's own."""
