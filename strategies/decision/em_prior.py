"""EM prior: the class priors of the scored rows, estimated from their scores alone."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from longtail.strategies.base import Scores, Strategy
from longtail.strategies.mechanisms.prior_shift import known, moved
from longtail.strategies.rules import whole
from longtail.strategies.table import Doubles, Floats, Ints, Profile


@final
@dataclass(frozen=True)
class EmPrior(Strategy):
    """Estimate the priors of the scored rows by EM over their scores, and move the scores to these priors.

    Saerens, Latinne and Decaestecker 2002, Neural Computation 14(1): the next prior q_k is the mean over rows of p(k|x)
    q_k / p_k, normalised. It uses no labels of these rows, but all their scores at once: the score of a row depends on
    the rows scored with it. Test rows are scored together, like the clicks of a day. Fewer than `least` rows at a time
    say too little about a prior, and get the natural one. If priors have not changed, the estimate adds random error.
    """

    name: ClassVar[str] = "em-prior"
    paper: ClassVar[str] = "Saerens, Latinne and Decaestecker 2002, Neural Computation 14(1), EM"
    rounds: int = 100
    least: int = 50

    def __post_init__(self) -> None:
        whole("rounds", self.rounds)
        whole("least", self.least)

    def calibrate(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores:
        before = known(trained)
        before = before / before.sum()

        def adapted(given: Floats) -> Floats:
            after = estimated(given, before, self.rounds) if len(given) >= self.least else known(natural)
            return moved(given, before, after)

        return adapted


def estimated(scores: Floats, before: Doubles, rounds: int) -> Doubles:
    """Return the class priors (K,) of greatest likelihood for these scores (n, K), none below 1e-9."""
    likely = np.exp(scores.astype(np.float64)) / before
    prior = before
    for _ in range(rounds):
        posterior = likely * prior
        prior = (posterior / posterior.sum(axis=1, keepdims=True)).mean(axis=0)
        prior = np.maximum(prior, 1e-9)
        prior = prior / prior.sum()
    return np.asarray(prior, np.float64)
