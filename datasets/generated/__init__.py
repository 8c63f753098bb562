"""Generated datasets by name: one specification a file."""
