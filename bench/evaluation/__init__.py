"""From scores to metrics: a pure step that fits nothing."""
