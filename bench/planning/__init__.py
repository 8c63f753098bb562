"""From a suite to the cells that a run has to fit."""
