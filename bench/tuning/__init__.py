"""Fitting on the suite's behalf: settings of learners, tuned for the baseline."""
