"""From frames to the content of a report."""
