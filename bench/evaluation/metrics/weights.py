"""What scores are held against: weights (n, K) that say how much of each row counts as each class.

With hard labels a row's weight is one for its class. Where the posterior P(k | x) is known it is the weight: the same
expectation with less variance (Rao-Blackwell), so that rare classes can be judged on 20,000 rows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]


def one_hot(y: ArrayLike, classes: int) -> Doubles:
    """Weights (n, K) of hard labels (n,)."""
    return np.asarray(np.eye(classes)[np.asarray(y, np.int64)], np.float64)


def balanced(weights: Doubles) -> Doubles:
    """The same rows as they would count if classes were equally frequent: each class's weights sum to n / K.

    Weights change, rows do not: nothing is drawn. A class without any weight stays without.
    """
    support = weights.sum(axis=0)
    rows, classes = weights.shape
    factor = np.where(support > 0, rows / classes / np.where(support > 0, support, 1), 0.0)
    return np.asarray(weights * factor, np.float64)
