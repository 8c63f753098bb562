"""Distribution alignment: guesses on unlabelled rows are adjusted until their class sums are as wanted."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, final

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from longtail.strategies.base import Fit, Model, Strategy
from longtail.strategies.models import probabilities
from longtail.strategies.rules import positive, whole
from longtail.strategies.table import Doubles, Ints, Profile, Table

LEAST = 1e-6


@final
@dataclass(frozen=True)
class DistributionAlignment(Strategy):
    """Fit, refine the guesses on unlabelled rows towards the labelled rows' class frequencies, and fit again on both.

    Kim et al. 2020, NeurIPS, equations 1 and 2 (DARP): the refined guesses have the wanted sums by class and are
    nearest to the model's own, in a divergence that lets uncertain rows move more. Only the most certain rows, `keep`
    times as many as wanted, may get a class.
    """

    name: ClassVar[str] = "distribution-alignment"
    paper: ClassVar[str] = "Kim et al. 2020, NeurIPS, equations 1 and 2"
    reads: ClassVar[frozenset[str]] = frozenset({"unlabelled"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"keep": (1.5, 2.0, 4.0), "rounds": (1, 2)}
    keep: float = 2.0
    rounds: int = 1

    def __post_init__(self) -> None:
        positive("keep", self.keep)
        whole("rounds", self.rounds)

    def why_skip(self, profile: Profile) -> str | None:
        return "guesses need rows of two classes to learn from" if (profile.counts > 0).sum() < 2 else None

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        # NOTE[DIFF] refined guesses become weighted rows of a new fit, where the paper refines during training
        if table.unlabelled is None:
            raise ValueError("distribution-alignment needs rows without labels, and there are none")
        model = fit(table)
        wanted = table.profile.priors * len(table.unlabelled)
        for member in range(1, self.rounds + 1):
            guess = probabilities(model, table.unlabelled)
            refined = aligned(surest(guess, np.ceil(self.keep * wanted).astype(np.int64)), wanted)
            model = fit(with_guesses(table, table.unlabelled, refined), member=member)
        return model

    def shift(self, trained: Profile) -> None:
        # guesses follow the model's own priors
        return None


def surest(guess: Doubles, most: Ints) -> Doubles:
    """Return the guesses (n, K) reduced to near 0 outside the `most` (K,) greatest of each class; rows sum to 1."""
    kept = np.full_like(guess, LEAST)
    for label, count in enumerate(most):
        rows = np.argsort(-guess[:, label], kind="stable")[:count]
        kept[rows, label] = np.maximum(guess[rows, label], LEAST)
    return np.asarray(kept / kept.sum(axis=1, keepdims=True), np.float64)


def aligned(guess: Doubles, wanted: Doubles) -> Doubles:
    """Return the rows (n, K), with sum 1 and class sums `wanted` (K,), that are nearest to the guesses.

    Nearest is the least sum_i w_i KL(x_i || guess_i) with w_i one over the entropy of guess_i. By the dual problem, x_i
    is in proportion to guess_i exp(-v / w_i), with one price v per class.
    """
    logs = np.log(np.maximum(guess, LEAST))
    weight = 1 / np.maximum(-(guess * logs).sum(axis=1), 1e-3)
    scale = float(np.median(weight))

    def dual(price: Doubles) -> tuple[float, Doubles]:
        bent = logs - price * scale / weight[:, None]
        value = (weight / scale * logsumexp(bent, axis=1)).sum() + price @ wanted
        return float(value) / len(guess), (wanted - softmax(bent, axis=1).sum(axis=0)) / len(guess)

    found = minimize(dual, np.zeros(len(wanted)), jac=True, method="L-BFGS-B", options={"ftol": 1e-12, "gtol": 1e-8})
    return np.asarray(softmax(logs - found.x * scale / weight[:, None], axis=1), np.float64)


def with_guesses(table: Table, unlabelled: Table, guess: Doubles) -> Table:
    """Return the rows, and each unlabelled row once per class to which its guess (n, K) gives a hundredth or more."""
    rows, labels = np.nonzero(guess >= 0.01)
    guessed = table.drawn(unlabelled.x[rows], labels)
    return table.plus(replace(guessed, weight=guess[rows, labels].astype(np.float32)))
