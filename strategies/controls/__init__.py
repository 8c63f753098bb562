"""Controls: what a strategy is compared with."""
