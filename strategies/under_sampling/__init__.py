"""Fewer rows of frequent classes."""
