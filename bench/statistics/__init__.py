"""Statistics: from metrics to intervals, verdicts and comparisons."""
