"""Exceptions of longtail, each with its exit code.

- LongtailError (1)
  - ConfigurationError (1): a suite, a name, a value
  - StoreError (1): records that can't be read or written
  - TrackingError (1): MLflow can't be reached or written
  - NotApplicable (1): a strategy can't work with a learner on these rows
  - TrainingError (1): a fit went wrong
  - NothingToCompareError (4): two runs share no finished cell
"""


class LongtailError(Exception):
    """Error for the user, in one sentence: the thing, the rule, the value, the choices."""

    exit_code = 1


class ConfigurationError(LongtailError):
    """Error in a suite, a name or a value."""


class StoreError(LongtailError):
    """Failure to read or write records or runs."""


class TrackingError(LongtailError):
    """Failure to reach or write MLflow; the results of the run are not affected."""


class NothingToCompareError(LongtailError):
    """Comparison of two runs that share no finished cell."""

    exit_code = 4


class NotApplicable(LongtailError):  # noqa: N818 # an outcome with a sentence, not an error
    """Outcome of a strategy that can't work with a learner on these rows; the report shows the sentence."""


class TrainingError(LongtailError):
    """Failure of a fit: NaN or infinite numbers, or a step that can't be carried out."""
