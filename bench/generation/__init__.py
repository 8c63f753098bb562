"""Generation of logs of any size."""
