"""Weights (n, K) with which scores are compared: how much each row counts as each class.

With hard labels, the weight is 1 for the class of the row. Where the posterior P(k | x) is known, it is the weight: the
expectation is the same and the variance lower (Rao-Blackwell), so that 20,000 rows suffice to judge rare classes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]


def one_hot(y: ArrayLike, classes: int) -> Doubles:
    """Return weights (n, K) of hard labels (n,)."""
    return np.asarray(np.eye(classes)[np.asarray(y, np.int64)], np.float64)


def balanced(weights: Doubles) -> Doubles:
    """Reweight the same rows (n, K) as if classes were equally frequent: the weights of each class sum to n / K.

    Only weights change, no rows are drawn. A class without weight keeps weight 0.
    """
    support = weights.sum(axis=0)
    rows, classes = weights.shape
    factor = np.where(support > 0, rows / classes / np.where(support > 0, support, 1), 0.0)
    return np.asarray(weights * factor, np.float64)
