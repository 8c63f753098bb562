"""Handwritten digits with a long tail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import pandas as pd

from longtail.datasets.reading.bundled import Bundled


@final
@dataclass(frozen=True)
class Digits(Bundled):
    """Handwritten digits: scikit-learn's 8 x 8 pictures, thinned exponentially to an imbalance ratio of 5."""

    name: ClassVar[str] = "digits"
    cluster: ClassVar[str] = "optdigits"
    title: ClassVar[str] = "Optical recognition of handwritten digits (UCI 80, its test part), made long-tailed"
    row: ClassVar[str] = "a digit written by hand, as 64 grey values from 0 to 16"
    label: ClassVar[str] = "the digit"
    traps: ClassVar[tuple[str, ...]] = ("the 13 writers are not known by row: training and test rows share them",)
    signal: ClassVar[str] = "macro average precision: logistic regression .97, gradient boosting .97"
    counts: ClassVar[tuple[int, ...]] = (178, 182, 177, 183, 181, 182, 181, 179, 174, 180)
    # any order would do; this is that of Benford's law, with small digits frequent
    order: ClassVar[tuple[int, ...]] = (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)

    def given(self) -> tuple[pd.DataFrame, np.ndarray[Any, np.dtype[np.int64]], tuple[str, ...]]:
        from sklearn.datasets import load_digits

        known = load_digits()
        X = pd.DataFrame(known.data.astype(np.float32), columns=[f"pixel {i // 8} {i % 8}" for i in range(64)])
        return X, known.target.astype(np.int64), tuple(map(str, range(10)))
