"""Voting of the members of an ensemble."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import log_softmax

from longtail.strategies.base import Model
from longtail.strategies.table import Floats, Table


class Votes:
    """The sum of the members' votes for the class that each one names; a negative vote counts against it.

    Raises ValueError where there are no members, or not one vote per member.
    """

    def __init__(self, members: Sequence[Model], votes: Sequence[float]) -> None:
        if not members or len(members) != len(votes):
            raise ValueError(f"a vote needs members and one weight per member, got {list(votes)}")
        self.members, self.votes = tuple(members), tuple(votes)

    def scores(self, table: Table) -> Floats:
        """Return log-probabilities (n, K) in proportion to exp(votes), as in scikit-learn's AdaBoost."""
        total = np.zeros((len(table), table.classes))
        for member, vote in zip(self.members, self.votes, strict=True):
            total[np.arange(len(table)), member.scores(table).argmax(1)] += vote
        return np.asarray(log_softmax(total, axis=1), np.float32)
