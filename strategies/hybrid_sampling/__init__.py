"""Hybrid sampling: small classes grow and large classes shrink."""
