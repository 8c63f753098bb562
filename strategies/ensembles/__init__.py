"""Many models as one."""
