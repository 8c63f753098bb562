"""Tomek links: of two mutually nearest rows of different classes, the row of the frequent class is removed."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.under_sampling import TomekLinks as Sampler
from numpy.typing import NDArray

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.cleaning import check, cleaned_classes, kept, why_not
from longtail.strategies.table import Floats, Ints, Profile, Table
from longtail.strategies.targets import ABOVE


@final
@dataclass(frozen=True)
class TomekLinks(Strategy):
    """Remove rows of frequent classes whose nearest row is of another class and has them as its nearest row too.

    Tomek 1976, IEEE Transactions on Systems, Man and Cybernetics 6(11). Uses imbalanced-learn's TomekLinks on the
    neighbours of the resources. With `classes` all, both rows of a link are removed, as in SMOTE+Tomek.
    """

    name: ClassVar[str] = "tomek-links"
    paper: ClassVar[str] = "Tomek 1976, IEEE Transactions on Systems, Man and Cybernetics 6(11)"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"above": (0.0, 0.1, 0.5)}
    classes: str = "frequent"
    above: float = ABOVE

    def __post_init__(self) -> None:
        check(self.classes, self.above)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not(profile, self.classes, self.above)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        links = linked(table.one_hot(), table.y, cleaned_classes(table.counts, self.classes, self.above), resources)
        return kept(table, np.flatnonzero(~links), resources)


def linked(wide: Floats, y: Ints, classes: list[int], resources: Resources) -> NDArray[np.bool_]:
    """Return a bool mask (n,) of the rows of these classes that have a link."""
    nearest = resources.neighbors(2).fit(wide).kneighbors(wide, return_distance=False)[:, 1]
    return np.asarray(Sampler.is_tomek(y, nearest, classes))
