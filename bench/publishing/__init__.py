"""Publishing of runs in MLflow; only tracking.py imports MLflow."""
