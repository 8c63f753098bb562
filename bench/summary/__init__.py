"""The content of a report, computed from frames."""
