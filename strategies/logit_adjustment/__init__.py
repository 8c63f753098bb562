"""Logit adjustment: class frequencies enter as offsets of the logits."""
