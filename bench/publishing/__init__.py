"""What MLflow is to show of a run, worked out without MLflow."""
