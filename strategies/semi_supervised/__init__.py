"""Semi-supervised: rows without labels, and labels on request."""
