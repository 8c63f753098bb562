"""Steps from a dataset to a fitted model: split, encode, resample, train, calibrate."""
