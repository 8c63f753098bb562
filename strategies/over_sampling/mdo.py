"""MDO: new rows with the same Mahalanobis distance from the class mean as rows of the class."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.rules import share, whole
from longtail.strategies.table import Doubles, Ints, Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, raised, why_not_raised

FLAT = 1e-9
"""share of the largest variance below which a component is ignored"""


@final
@dataclass(frozen=True)
class Mdo(Strategy):
    """Draw each new row of a small class at the Mahalanobis distance from the class mean that one of its rows has.

    Abdi and Hashemi 2016, IEEE TKDE 28(1). A row takes part if at least `least_same` of its `n_neighbors` nearest rows
    are of its class, and is chosen in proportion to their number. In the principal components of these rows, all
    coordinates of a new row but the last are drawn uniformly, and the last follows, with a random sign. A class in
    which fewer than two rows take part uses all its rows with equal chances. Categories as in
    `mechanisms/interpolated_rows.py`.
    """

    # NOTE[DIFF] coordinates are drawn one by one in random order, each within the distance left by those before it; the
    # paper's range, which is that of a coordinate alone, often leaves nothing for the last coordinate
    name: ClassVar[str] = "mdo"
    paper: ClassVar[str] = "Abdi and Hashemi 2016, IEEE TKDE 28(1)"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"strength": STRENGTHS, "least_same": (1, 2, 4)}
    strength: float = STRENGTH
    n_neighbors: int = 5
    least_same: int = 2

    def __post_init__(self) -> None:
        share("strength", self.strength)
        whole("n_neighbors", self.n_neighbors)
        whole("least_same", self.least_same)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_raised(profile.counts, self.strength, 2)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        wide, result = table.one_hot(), table
        nearest = resources.neighbors(min(self.n_neighbors + 1, len(table))).fit(wide)
        for c, goal in raised(table.counts, self.strength, 2).items():
            rows = wide[table.y == c]
            around = nearest.kneighbors(rows, return_distance=False)[:, 1:]
            same = (table.y[around] == c).sum(axis=1)
            if (same >= self.least_same).sum() >= 2:
                rows, same = rows[same >= self.least_same], same[same >= self.least_same]
            else:
                same = np.ones(len(rows), np.int64)
            new = on_ellipsoids(rows.astype(np.float64), same, goal - int(table.counts[c]), rng)
            result = result.plus(table.drawn(table.from_one_hot(new), np.full(len(new), c)))
        return result


def on_ellipsoids(rows: Doubles, weights: Ints, count: int, rng: np.random.Generator) -> Doubles:
    """Return new rows (count, d), each with the Mahalanobis distance of a row that is drawn by weight."""
    mean = rows.mean(axis=0)
    _, scales, axes = np.linalg.svd(rows - mean, full_matrices=False)
    there = scales**2 > FLAT * max(scales[0] ** 2, np.finfo(float).tiny)
    axes, deviations = axes[there], scales[there] / np.sqrt(len(rows) - 1)
    seeds = rng.choice(len(rows), count, p=weights / weights.sum())
    if not there.any():  # all rows are equal
        return np.repeat(mean[None], count, axis=0)
    distances = (((rows - mean) @ axes.T / deviations) ** 2).sum(axis=1)[seeds]
    left, drawn = np.ones(count), np.zeros((count, len(axes)))
    order = rng.permuted(np.tile(np.arange(len(axes)), (count, 1)), axis=1)
    row = np.arange(count)
    for place in range(len(axes) - 1):
        value = rng.uniform(-1, 1, count) * np.sqrt(left)
        drawn[row, order[:, place]] = value
        left = np.maximum(left - value**2, 0)
    drawn[row, order[:, -1]] = np.sqrt(left) * rng.choice((-1.0, 1.0), count)
    return np.asarray(mean + (drawn * np.sqrt(distances)[:, None] * deviations) @ axes, np.float64)
