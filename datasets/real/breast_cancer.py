"""Tumours by diagnosis, with the malignant ones made rare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import pandas as pd

from longtail.datasets.reading.bundled import Bundled


@final
@dataclass(frozen=True)
class BreastCancer(Bundled):
    """Tumours, benign or malignant: scikit-learn's 569 cases, malignant ones thinned to an imbalance ratio of 10."""

    name: ClassVar[str] = "breast-cancer"
    cluster: ClassVar[str] = "wdbc"
    title: ClassVar[str] = "Breast Cancer Wisconsin, Diagnostic (UCI 17), malignant cases made rare"
    row: ClassVar[str] = "a tumour, described by 30 measurements of cell nuclei in a picture"
    label: ClassVar[str] = "whether the tumour was malignant"
    traps: ClassVar[tuple[str, ...]] = (
        "easy: plain logistic regression is close to perfect, so there is next to nothing to gain",
    )
    signal: ClassVar[str] = "average precision: logistic regression .99, gradient boosting .95"
    counts: ClassVar[tuple[int, ...]] = (212, 357)
    order: ClassVar[tuple[int, ...]] = (1, 0)

    imbalance_ratio: float = 10.0

    def given(self) -> tuple[pd.DataFrame, np.ndarray[Any, np.dtype[np.int64]], tuple[str, ...]]:
        from sklearn.datasets import load_breast_cancer

        known = load_breast_cancer()
        X = pd.DataFrame(known.data.astype(np.float32), columns=list(known.feature_names))
        return X, known.target.astype(np.int64), ("malignant", "benign")
