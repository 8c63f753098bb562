"""Decisions: scores stay, the class named by them changes."""
