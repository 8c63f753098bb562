"""Augmentation: batches changed while a network trains."""
