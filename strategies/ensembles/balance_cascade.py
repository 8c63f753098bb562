"""BalanceCascade: rows of large classes that a member classifies well are removed for the next member."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from longtail.strategies.base import Fit, Model, Strategy
from longtail.strategies.models import Average
from longtail.strategies.rules import share, whole
from longtail.strategies.table import Doubles, Floats, Ints, Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, lowered, why_not_lowered


@final
@dataclass(frozen=True)
class BalanceCascade(Strategy):
    """Fit each member on a part of the large classes, then drop the rows of large classes that it is most certain of.

    Liu, Wu and Zhou 2009, IEEE TSMC-B 39(2), BalanceCascade. A member's threshold leaves a share f = (goal / rows)^(1 /
    (members - 1)) of a large class misclassified; the other rows are removed, so the last member draws from as many
    rows as the goal. Every class above the goal has its own cascade. Goals follow from `strength` and `floor`, as in
    random-undersampling; the paper's draws are balanced, which is `strength` 1.
    """

    name: ClassVar[str] = "balance-cascade"
    paper: ClassVar[str] = "Liu, Wu and Zhou 2009, IEEE TSMC-B 39(2), BalanceCascade"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"strength": STRENGTHS, "members": (4, 10, 25)}
    # NOTE[DIFF] members are fits of the learner, where the paper's are boosted ensembles; their probabilities are
    # averaged, where the paper sums the boosting rounds of all members
    members: int = 25
    strength: float = STRENGTH
    floor: int = 10

    def __post_init__(self) -> None:
        whole("members", self.members, 2)
        share("strength", self.strength)
        whole("floor", self.floor)

    def why_skip(self, profile: Profile) -> str | None:
        if (profile.counts > 0).sum() < 2:
            return "a cascade needs rows of two classes"
        return why_not_lowered(profile.counts, self.strength, self.floor)

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        goals, counts = lowered(table.counts, self.strength, self.floor), table.counts
        left = {c: np.flatnonzero(table.y == c) for c in goals}
        small = np.flatnonzero(~np.isin(table.y, list(goals)))
        models: list[Model] = []
        for member in range(self.members):
            rows = [small, *(rng.choice(left[c], goal, replace=False) for c, goal in goals.items())]
            models.append(fit(table.take(np.sort(np.concatenate(rows))), member=member))
            if member == self.members - 1:
                break
            scores = models[-1].scores(table)
            for c, goal in goals.items():
                kept = remaining(int(counts[c]), goal, (member + 1) / (self.members - 1))
                left[c] = hardest(scores, left[c], c, kept, rng)
        return Average(models)

    def shift(self, trained: Profile) -> Doubles | None:
        # the rows that stay are the hard ones of their class, which no prior describes
        return None


def remaining(rows: int, goal: int, done: float) -> int:
    """Return how many rows of a class are left after a share of the removals: from `rows` to `goal`, geometrically."""
    left: float = rows * (goal / rows) ** done
    return max(goal, round(left))


def hardest(scores: Floats, rows: Ints, c: int, kept: int, rng: np.random.Generator) -> Ints:
    """Return the `kept` rows least like class c, by log-odds against the likeliest other class; ties are random."""
    own = scores[rows].astype(np.float64)
    margin = own[:, c] - np.delete(own, c, axis=1).max(axis=1)
    order = np.lexsort((rng.random(len(rows)), margin))
    return np.sort(rows[order[:kept]])
