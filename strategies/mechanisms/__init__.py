"""Mechanisms that strategies of a family share; this folder holds no strategies."""
