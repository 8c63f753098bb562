"""Self-training: certain guesses on unlabelled rows become training rows."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, final

import numpy as np

from longtail.strategies.base import Fit, Model, Strategy
from longtail.strategies.rules import among, fraction, nonnegative, whole
from longtail.strategies.table import Doubles, Floats, Ints, Profile, Table


@final
@dataclass(frozen=True)
class SelfTraining(Strategy):
    """Fit, label the unlabelled rows that the fit is certain of, and fit again on all rows; `rounds` times.

    Yarowsky 1995, ACL; called pseudo-labels by Lee 2013, ICML workshop. `select` sure takes every guess of probability
    `sure` or more, whatever its class. `select` rebalanced is CReST (Wei et al. 2021, CVPR): of the guesses of the
    class with rank r by descending frequency, the share (N_(K+1-r) / N_1)^alpha with the highest probability is taken,
    so that rare classes, whose guesses are few but precise, grow most.
    """

    name: ClassVar[str] = "self-training"
    paper: ClassVar[str] = "Yarowsky 1995, ACL"
    reads: ClassVar[frozenset[str]] = frozenset({"unlabelled"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {
        "select": ("sure", "rebalanced"),
        "sure": (0.6, 0.8, 0.9),
        "rounds": (1, 2, 4),
    }
    select: Literal["sure", "rebalanced"] = "sure"
    sure: float = 0.8
    alpha: float = 1 / 3
    rounds: int = 2

    def __post_init__(self) -> None:
        among("select", self.select, ("sure", "rebalanced"))
        fraction("sure", self.sure)
        nonnegative("alpha", self.alpha)
        whole("rounds", self.rounds)

    def why_skip(self, profile: Profile) -> str | None:
        return "guesses need rows of two classes to learn from" if (profile.counts > 0).sum() < 2 else None

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        # NOTE[DIFF] every round starts from the labelled rows, as a generation of CReST does, and from new weights
        if table.unlabelled is None:
            raise ValueError("self-training needs rows without labels, and there are none")
        model = fit(table)
        for member in range(1, self.rounds + 1):
            scores = model.scores(table.unlabelled)
            guessed = np.asarray(scores.argmax(axis=1), np.int64)
            kept = self.chosen(scores, guessed, table.counts)
            model = fit(table.plus(table.drawn(table.unlabelled.x[kept], guessed[kept])), member=member)
        return model

    def chosen(self, scores: Floats, guessed: Ints, counts: Ints) -> Ints:
        """Return positions, in order, of rows whose guess is taken, from `scores` (n, K) and labelled `counts` (K,)."""
        if self.select == "sure":
            return np.flatnonzero(scores.max(axis=1) >= np.log(self.sure))
        rates = crest_rates(counts, self.alpha)
        sureness = scores[np.arange(len(scores)), guessed]
        taken = []
        for label, rate in enumerate(rates):
            own = np.flatnonzero(guessed == label)
            best = own[np.argsort(-sureness[own], kind="stable")]
            taken.append(best[: round(rate * len(own))])
        return np.sort(np.concatenate(taken))

    def shift(self, trained: Profile) -> None:
        # guesses follow the model's own priors
        return None


def crest_rates(counts: Ints, alpha: float) -> Doubles:
    """Return the share of each class's guesses that is taken, (K,): 1 for the rarest class, least for the largest.

    Wei et al. 2021: mu_r = (N_(K+1-r) / N_1)^alpha with classes sorted by frequency.
    """
    order = np.argsort(-counts, kind="stable")
    sizes = np.sort(counts)
    rates = np.empty(len(counts))
    rates[order] = (np.maximum(sizes, 1) / max(int(counts.max()), 1)) ** alpha
    return rates
