"""Prior correction: decisions under other class priors than those that the scores refer to."""

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
    for logistic regression King and Zeng 2001, Political Analysis 9(2). With even priors it is the threshold at the
    prior for two classes, and post-hoc logit adjustment with tau 1 for many. `target` natural undoes the effect of
    earlier resampling or weights on the decision, as in `random-undersampling+prior-correction(target=natural)`. Alone,
    after plain training, this target would change nothing and is not applicable.
    """

    name: ClassVar[str] = "prior-correction"
    paper: ClassVar[str] = "Saerens, Latinne and Decaestecker 2002, Neural Computation 14(1), known priors"
    target: Literal["even", "natural"] = "even"

    def __post_init__(self) -> None:
        among("target", self.target, ("even", "natural"))

    def why_not_alone(self) -> str | None:
        if self.target == "even":
            return None
        return "scores of plain training already refer to natural priors: compose it with a strategy that moves them"

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def decide(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores:
        before = known(trained)
        after = known(natural) if self.target == "natural" else np.full(len(before), 1 / len(before))
        return lambda given: moved(given, before, after)
