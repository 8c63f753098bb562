"""Augmentation: batches are changed while a network trains."""
