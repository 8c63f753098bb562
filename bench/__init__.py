"""The harness: suite, plan, cells, records, metrics, statistics, MLflow, command line."""
