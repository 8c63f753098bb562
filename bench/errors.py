"""What can go wrong, each with its exit code.

- LongtailError (1)
  - ConfigurationError (1): a suite, a name, a value
  - StoreError (1): records that can't be read or written
  - NothingToCompare (4)
"""


class LongtailError(Exception):
    """One sentence for the user: the thing, the rule, the value, the choices."""

    exit_code = 1


class ConfigurationError(LongtailError):
    """A suite, a name or a value breaks a rule."""


class StoreError(LongtailError):
    """Records or runs can't be read or written."""


class NothingToCompareError(LongtailError):
    """Two runs share no cell."""

    exit_code = 4
