"""What can go wrong, each with its exit code.

- LongtailError (1)
  - ConfigurationError (1): a suite, a name, a value
  - StoreError (1): records that can't be read or written
  - TrackingError (1): MLflow can't be reached or written
  - NotApplicable (1): a strategy can't work with a learner on these rows
  - TrainingError (1): a fit went wrong
  - NothingToCompare (4)
"""


class LongtailError(Exception):
    """One sentence for the user: the thing, the rule, the value, the choices."""

    exit_code = 1


class ConfigurationError(LongtailError):
    """A suite, a name or a value breaks a rule."""


class StoreError(LongtailError):
    """Records or runs can't be read or written."""


class TrackingError(LongtailError):
    """MLflow can't be reached or written; the run itself has lost nothing."""


class NothingToCompareError(LongtailError):
    """Two runs share no cell."""

    exit_code = 4


class NotApplicable(LongtailError):  # noqa: N818 # an outcome with a sentence, no mistake of anybody's
    """A strategy can't work with a learner on these rows; the sentence is what the report shows."""


class TrainingError(LongtailError):
    """A fit gave numbers that are none, or could not go on."""
