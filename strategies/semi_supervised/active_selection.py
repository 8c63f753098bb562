"""Active selection: a budget of labels is spent on rows that probably belong to rare classes."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, final

import numpy as np

from longtail.strategies.base import Fit, Model, Strategy
from longtail.strategies.rules import among, whole
from longtail.strategies.table import Doubles, Floats, Ints, Profile, Table


@final
@dataclass(frozen=True)
class ActiveSelection(Strategy):
    """Ask for the labels of `labels` unlabelled rows, in `rounds` rounds, and fit with them.

    Bengar et al. 2022, WACV: rows are taken one by one for their entropy minus the distance of the expected class
    counts from equal ones, |lack - sum of p|_1 with lack_k = max(N / K - n_k, 0), where N is the final number of rows.
    `by` uncertainty leaves out the balance, and random is the control with the same budget.
    """

    name: ClassVar[str] = "active-selection"
    paper: ClassVar[str] = "Bengar et al. 2022, WACV, class-balanced active learning"
    reads: ClassVar[frozenset[str]] = frozenset({"unlabelled", "oracle"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {
        "by": ("balance", "uncertainty", "random"),
        "labels": (100, 400),
        "rounds": (1, 4),
    }
    by: Literal["balance", "uncertainty", "random"] = "balance"
    labels: int = 400
    rounds: int = 4

    def __post_init__(self) -> None:
        among("by", self.by, ("balance", "uncertainty", "random"))
        whole("labels", self.labels)
        whole("rounds", self.rounds)

    def why_skip(self, profile: Profile) -> str | None:
        return "selection needs a model of two classes" if (profile.counts > 0).sum() < 2 else None

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        pool, answers = table.unlabelled, table.oracle
        if pool is None or answers is None:
            raise ValueError("active-selection needs unlabelled rows with an oracle, and there are none")
        open_rows, rows = np.arange(len(pool)), table
        model = fit(table)
        for turn in range(self.rounds):
            if not len(open_rows):
                break  # every row is labelled
            share = self.labels * (turn + 1) // self.rounds - self.labels * turn // self.rounds
            picked = self.chosen(model.scores(pool.take(open_rows)), rows.counts, share, rng)
            asked = open_rows[picked]
            open_rows = np.delete(open_rows, picked)
            rows = rows.plus(table.drawn(pool.x[asked], answers[asked]))
            model = fit(rows, member=turn + 1)
        return model

    def chosen(self, scores: Floats, counts: Ints, many: int, rng: np.random.Generator) -> Ints:
        """Return positions of at most `many` rows (n, K) to ask about; `counts` (K,) are the rows labelled so far."""
        many = min(many, len(scores))
        if self.by == "random":
            return rng.permutation(len(scores))[:many]
        guess = np.exp(scores.astype(np.float64))
        entropy = -(guess * scores).sum(axis=1) / np.log(guess.shape[1])
        if self.by == "uncertainty":
            return np.argsort(-entropy, kind="stable")[:many]
        return balanced(guess, entropy, counts, many)

    def shift(self, trained: Profile) -> None:
        # the choice of rows depends on the model's guesses
        return None


def balanced(guess: Doubles, entropy: Doubles, counts: Ints, many: int) -> Ints:
    """Choose greedily `many` rows of greatest entropy minus growth of the distance from equal expected counts, (many,).

    `guess` (n, K) are probabilities, `entropy` (n,) lies in [0, 1]. The distance is L1 from equal shares of all
    labelled rows, and counts only what a class lacks.
    """
    # NOTE[DIFF] greedy, where the paper solves the relaxed program; the distance has weight 1/2: probabilities sum to
    # 1, so a row adds 1 minus twice the part of the lack that it fills
    goal = np.full(len(counts), (counts.sum() + many) / len(counts))
    lack = np.maximum(goal - counts, 0)
    free, picked = np.ones(len(guess), bool), np.empty(many, np.int64)
    for place in range(many):
        gain = entropy + np.minimum(guess, lack).sum(axis=1)
        best = int(np.argmax(np.where(free, gain, -np.inf)))
        picked[place], free[best] = best, False
        lack = np.maximum(lack - guess[best], 0)
    return picked
