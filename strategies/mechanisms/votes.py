"""Members that vote."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import log_softmax

from longtail.strategies.base import Model
from longtail.strategies.table import Floats, Table


class Votes:
    """The sum of members' votes for the class that each names; a vote below 0 speaks against it."""

    def __init__(self, members: Sequence[Model], votes: Sequence[float]) -> None:
        if not members or len(members) != len(votes):
            raise ValueError(f"an election needs members and a vote for each, got {list(votes)}")
        self.members, self.votes = tuple(members), tuple(votes)

    def scores(self, table: Table) -> Floats:
        """Log-probabilities (n, K) in proportion to exp(votes), as in scikit-learn's AdaBoost."""
        total = np.zeros((len(table), table.classes))
        for member, vote in zip(self.members, self.votes, strict=True):
            total[np.arange(len(table)), member.scores(table).argmax(1)] += vote
        return np.asarray(log_softmax(total, axis=1), np.float32)
