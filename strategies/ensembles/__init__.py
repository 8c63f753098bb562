"""Ensembles: many models as one."""
