"""Losses: what a row of a class costs."""
