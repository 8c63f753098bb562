"""Post-hoc logit adjustment: decisions as if classes were equally frequent."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from longtail.strategies.base import Scores, Strategy
from longtail.strategies.frequencies import why_not_uneven
from longtail.strategies.rules import positive
from longtail.strategies.table import Floats, Ints, Profile


@final
@dataclass(frozen=True)
class LogitAdjustment(Strategy):
    """Decide for the largest score minus tau times the log prior of its class.

    Menon et al. 2021, ICLR, equation 9. The rule is the argmax for balanced error, so it acts on `decide`: as
    probabilities the adjusted scores would belong to equal priors, and `calibrate` promises natural ones.
    """

    name: ClassVar[str] = "logit-adjustment"
    paper: ClassVar[str] = "Menon et al. 2021, ICLR, equation 9"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"tau": (0.5, 1.0, 1.5, 2.0)}
    tau: float = 1.0

    def __post_init__(self) -> None:
        positive("tau", self.tau)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def decide(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores:
        # a class absent from training counts as one row, else its score would become infinite
        priors = np.maximum(trained.priors, 1 / trained.counts.sum())
        offset = (self.tau * np.log(priors)).astype(np.float32)
        return lambda given: given - offset
