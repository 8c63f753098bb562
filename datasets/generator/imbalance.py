"""Class probabilities along a profile: Zipf, exponential, step, or given."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

SHAPES = ("zipf", "exponential", "step", "given")


@dataclass(frozen=True)
class Imbalance:
    """Profile along which class probabilities fall from head to tail.

    Zipf: p_k ~ k^-exponent; two of `exponent`, `classes` and `ratio` are given and the third follows. Exponential: p_k
    ~ ratio^(-k / (classes - 1)). Step: each class of the second half has 1 / ratio of the probability of one of the
    first half. Given: p_k ~ `proportions`, most frequent first.
    """

    shape: Literal["zipf", "exponential", "step", "given"] = "zipf"
    exponent: float | None = None
    classes: int | None = None
    ratio: float | None = None
    proportions: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise ValueError(f"the profile of classes must be one of {', '.join(SHAPES)}, not {self.shape!r}")
        if (self.shape == "given") != (self.proportions is not None):
            raise ValueError("proportions must be set for a given profile, and for no other")
        if self.proportions is not None:
            self._check_proportions()
            return
        given = {"zipf": self.exponent, "classes": self.classes, "imbalance_ratio": self.ratio}
        known = [name for name, value in given.items() if value is not None]
        wanted = 2 if self.shape == "zipf" else {"classes", "imbalance_ratio"}
        if (len(known) if self.shape == "zipf" else set(known)) != wanted:
            rule = "two of zipf, classes and imbalance_ratio" if self.shape == "zipf" else "classes and imbalance_ratio"
            raise ValueError(
                f"a {self.shape} profile takes {rule}; it was given {', '.join(known) or 'none'} (null unsets a value)"
            )
        if self.classes is not None and self.classes < 2:
            raise ValueError(f"classes must be 2 or more, not {self.classes}")
        if self.ratio is not None and self.ratio < 1:
            raise ValueError(f"imbalance_ratio, largest over smallest class, must be at least 1, not {self.ratio}")
        if self.exponent is not None and self.exponent < 0:
            raise ValueError(f"zipf, an exponent of decay, must be at least 0, not {self.exponent}")
        if self.classes is None and not self.exponent:
            raise ValueError(
                "with a zipf exponent of 0 the number of classes does not follow from the ratio: set classes"
            )

    def _check_proportions(self) -> None:
        shares = np.array(self.proportions)
        if self.exponent is not None or self.classes is not None or self.ratio is not None:
            raise ValueError("proportions define the whole profile: zipf, classes and imbalance_ratio must be null")
        if len(shares) < 2 or not (shares > 0).all() or (np.diff(shares) > 0).any():
            raise ValueError(
                "proportions must be two or more positive numbers, none larger than the one before, not "
                f"{self.proportions}"
            )

    @property
    def solved(self) -> tuple[int, float, float]:
        """Return the number of classes, the exponent and the ratio; the exponent is nan for profiles without one."""
        if self.proportions is not None:
            return len(self.proportions), math.nan, self.proportions[0] / self.proportions[-1]
        if self.shape != "zipf":
            assert self.classes is not None and self.ratio is not None
            return self.classes, math.nan, self.ratio
        if self.ratio is None:
            assert self.classes is not None and self.exponent is not None
            return self.classes, self.exponent, self.classes**self.exponent
        if self.classes is None:
            assert self.exponent is not None
            count = max(2, round(self.ratio ** (1 / self.exponent)))
        else:
            count = self.classes
        # the number of classes is whole, so the ratio is kept and the exponent adjusted
        return count, math.log(self.ratio) / math.log(count), self.ratio

    @property
    def priors(self) -> NDArray[np.float64]:
        """Return class probabilities (K,), most frequent first."""
        classes, exponent, ratio = self.solved
        rank = np.arange(classes)
        if self.proportions is not None:
            mass: NDArray[np.floating] = np.array(self.proportions, np.float64)
        elif self.shape == "zipf":
            mass = (rank + 1.0) ** -exponent
        elif self.shape == "exponential":
            mass = ratio ** (-rank / (classes - 1.0))
        else:
            mass = np.where(rank < (classes + 1) // 2, 1.0, 1 / ratio)
        return np.asarray(mass / mass.sum(), np.float64)
