"""Decisions and calibration: rules for scores after training, fitted on validation rows."""
