"""From metrics to intervals, verdicts and comparisons."""
