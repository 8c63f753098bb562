"""Execution of cells: each in a process of its own, within limits, with its results kept."""
