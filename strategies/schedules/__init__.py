"""Schedules: rebalancing in a part of training, or by the draw of batches."""
