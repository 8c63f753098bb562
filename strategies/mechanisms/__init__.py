"""Mechanisms that strategies of a family share; no strategy lies here."""
