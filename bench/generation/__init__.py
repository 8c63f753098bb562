"""Writes generated logs of any size."""
