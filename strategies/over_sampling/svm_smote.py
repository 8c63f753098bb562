"""SVM-SMOTE: new rows along the border that a support vector machine finds."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.over_sampling import SVMSMOTE
from sklearn.svm import SVC

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.interpolated_rows import grown
from longtail.strategies.rules import fraction, positive, share, whole
from longtail.strategies.table import Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, raised, why_not_raised

NOISE = "All support vectors are considered as noise"


@final
@dataclass(frozen=True)
class SvmSmote(Strategy):
    """Draw new rows of small classes from the support vectors among them, of a machine with a Gaussian kernel.

    Nguyen, Cooper and Kamei 2011, International Journal of Knowledge Engineering and Soft Data Paradigms 3(1). Uses
    imbalanced-learn's SVMSMOTE. From support vectors in danger (as in borderline-smote) new rows lie towards neighbours
    of their class, from the others up to `step` away from them. The library divides new rows between both kinds at
    random, so a class that has only one kind misses its goal. A class whose support vectors are all noise is not
    changed. A class with too few rows for `k_neighbors` uses all other rows that it has. Categories as in
    `mechanisms/interpolated_rows.py`. The time to fit the machine grows with the square of the rows or faster.
    """

    name: ClassVar[str] = "svm-smote"
    paper: ClassVar[str] = (
        "Nguyen, Cooper and Kamei 2011, International Journal of Knowledge Engineering and Soft Data Paradigms 3(1)"
    )
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"strength": STRENGTHS, "penalty": (0.1, 1.0, 10.0)}
    strength: float = STRENGTH
    k_neighbors: int = 5
    m_neighbors: int = 10
    step: float = 0.5
    penalty: float = 1.0

    def __post_init__(self) -> None:
        share("strength", self.strength)
        whole("k_neighbors", self.k_neighbors)
        whole("m_neighbors", self.m_neighbors)
        fraction("step", self.step)
        positive("penalty", self.penalty)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_raised(profile.counts, self.strength, 2)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        around = resources.neighbors(min(self.m_neighbors + 1, len(table)))

        def sampler(goals: dict[int, int], k: int) -> SVMSMOTE:
            return SVMSMOTE(
                sampling_strategy=goals,
                random_state=int(rng.integers(2**31)),
                k_neighbors=resources.neighbors(k + 1),
                m_neighbors=around,
                svm_estimator=SVC(C=self.penalty),
                out_step=self.step,
            )

        return grown(table, raised(table.counts, self.strength, 2), self.k_neighbors, sampler, (NOISE,))
