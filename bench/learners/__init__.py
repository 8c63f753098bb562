"""What a strategy is applied to: one file a learner."""
