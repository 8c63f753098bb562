"""Generator of click logs: a world whose every factor is a knob and whose P(y | x) is known."""
