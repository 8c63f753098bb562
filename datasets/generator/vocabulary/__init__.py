"""Words of scenarios: names of classes, columns and values of a generated log, and frequencies of classes."""
