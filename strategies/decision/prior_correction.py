"""Prior correction: decide under other class priors than those that the scores refer to."""

from dataclasses import dataclass
from typing import ClassVar, Literal, final

import numpy as np

from longtail.strategies.base import Scores, Strategy
from longtail.strategies.frequencies import why_not_uneven
from longtail.strategies.mechanisms.prior_shift import known, moved
from longtail.strategies.rules import among
from longtail.strategies.table import Floats, Ints, Profile


@final
@dataclass(frozen=True)
class PriorCorrection(Strategy):
    """Decide by scores that Bayes' rule has moved to even priors, or back to the natural ones.

    Saerens, Latinne and Decaestecker 2002, Neural Computation 14(1): p(k|x) q_k / p_k, normalised, from priors p to q;
    for logistic regression King and Zeng 2001, Political Analysis 9(2). To even priors it is the threshold at the prior
    where there are two classes, and post-hoc logit adjustment with tau 1 where there are many. With `target` natural it
    undoes what resampling or weights before it did to the decision, as in
    `random-undersampling+prior-correction(target=natural)`; alone, after a learner on the rows as they are, it would
    change nothing and is not applicable.
    """

    name: ClassVar[str] = "prior-correction"
    paper: ClassVar[str] = "Saerens, Latinne and Decaestecker 2002, Neural Computation 14(1), known priors"
    target: Literal["even", "natural"] = "even"

    def __post_init__(self) -> None:
        among("target", self.target, ("even", "natural"))

    def why_not_alone(self) -> str | None:
        if self.target == "even":
            return None
        return "scores of plain training refer to the natural priors already: write it beside a part that moves them"

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def decide(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores:
        before = known(trained)
        after = known(natural) if self.target == "natural" else np.full(len(before), 1 / len(before))
        return lambda given: moved(given, before, after)
