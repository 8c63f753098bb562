"""Generated datasets by name, one specification per file."""
