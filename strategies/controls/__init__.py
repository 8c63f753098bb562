"""Controls: baselines that strategies are compared with."""
