"""Looks whether a strategy keeps its promises: what a suite would otherwise find out slowly."""

from __future__ import annotations

from dataclasses import dataclass

from longtail.bench.contracts.promises import PROMISES
from longtail.bench.contracts.subject import Subject
from longtail.bench.registry import learner_named
from longtail.strategies.base import Strategy


class BrokenPromiseError(AssertionError):
    """A strategy breaks promises; the message names each, with what was seen."""


@dataclass(frozen=True)
class Finding:
    """One promise, whether it is kept, and what was seen where it is not."""

    promise: str
    kept: bool
    seen: str = ""


def checked(kind: type[Strategy], learner: str = "") -> list[Finding]:
    """Look at every promise of a strategy class, with its usual learner or the one named.

    Where a promise is broken without which the later ones mean nothing, they are not looked at. Raises
    ConfigurationError where no learner has that name.
    """
    if learner:
        learner_named(learner)  # an unknown one is the caller's mistake, not the strategy's
    subject = Subject(kind, learner)
    found = []
    for promise in PROMISES:
        seen = promise.broken(subject)
        found.append(Finding(promise.text, not seen, seen))
        if seen and promise.first:
            break
    return found


def check_strategy(kind: type[Strategy], learner: str = "") -> None:
    """Raise BrokenPromiseError where a strategy class breaks a promise, as `longtail check` tells it.

    `learner` is a learner's text as in suites; by default the one where the strategy is at home. For a user's own
    tests: `check_strategy(MyStrategy)`.
    """
    broken = [one for one in checked(kind, learner) if not one.kept]
    if broken:
        told = "; ".join(f"{one.promise}: {one.seen}" for one in broken)
        raise BrokenPromiseError(f"{kind.__name__} breaks {len(broken)} promises: {told}")
