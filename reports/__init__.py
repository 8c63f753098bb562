"""Reports: typed content, charts, one HTML file."""
