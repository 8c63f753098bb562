"""Wines by their grower, made long-tailed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import pandas as pd

from longtail.datasets.reading.bundled import Bundled


@final
@dataclass(frozen=True)
class Wine(Bundled):
    """Wines by their grower: scikit-learn's 178 wines of three growers, thinned to an imbalance ratio of 5."""

    name: ClassVar[str] = "wine"
    title: ClassVar[str] = "Wine recognition (UCI 109), made long-tailed"
    row: ClassVar[str] = "a wine, by 13 measurements of its chemistry"
    label: ClassVar[str] = "which of three growers it is from"
    traps: ClassVar[tuple[str, ...]] = (
        "tiny and easy: the smallest class has under 10 test rows, so it is pooled; good for a first try, and for no "
        "conclusion",
    )
    signal: ClassVar[str] = "macro average precision: logistic regression 1.00, gradient boosting 1.00"
    counts: ClassVar[tuple[int, ...]] = (59, 71, 48)
    order: ClassVar[tuple[int, ...]] = (1, 0, 2)

    def given(self) -> tuple[pd.DataFrame, np.ndarray[Any, np.dtype[np.int64]], tuple[str, ...]]:
        from sklearn.datasets import load_wine

        known = load_wine()
        X = pd.DataFrame(known.data.astype(np.float32), columns=list(known.feature_names))
        return X, known.target.astype(np.int64), ("grower 0", "grower 1", "grower 2")
