"""Learners, to which strategies are applied: one file per learner."""
