"""Check of a strategy against its promises, faster than a suite would find a broken one."""

from __future__ import annotations

from dataclasses import dataclass

from longtail.bench.contracts.promises import PROMISES
from longtail.bench.contracts.subject import Subject
from longtail.bench.registry import learner_named
from longtail.strategies.base import Strategy


class BrokenPromiseError(AssertionError):
    """Error of a strategy that breaks promises; the message names each and what was observed."""


@dataclass(frozen=True)
class Finding:
    """Result of one promise: whether it is kept, and if not, what was observed."""

    promise: str
    kept: bool
    seen: str = ""


def checked(kind: type[Strategy], learner: str = "") -> list[Finding]:
    """Check every promise of a strategy class, with its usual learner or the one named.

    If a `first` promise is broken, the later ones have no meaning and are not checked. Raises ConfigurationError where
    no learner has that name, TypeError where `kind` is not a strategy class.
    """
    if not (isinstance(kind, type) and issubclass(kind, Strategy)):
        raise TypeError(f"check_strategy takes a class that extends Strategy, not {kind!r}")
    if learner:
        learner_named(learner)  # an unknown name is an error of the caller, not of the strategy
    subject = Subject(kind, learner)
    found = []
    for promise in PROMISES:
        seen = promise.broken(subject)
        found.append(Finding(promise.text, not seen, seen))
        if seen and promise.first:
            break
    return found


def check_strategy(kind: type[Strategy], learner: str = "") -> None:
    """Raise BrokenPromiseError where a strategy class breaks a promise, with the findings of `longtail check`.

    `learner` is the text of a learner as in suites, by default the strategy's usual one. In a user's own tests:
    `check_strategy(MyStrategy)`.
    """
    broken = [one for one in checked(kind, learner) if not one.kept]
    if broken:
        told = "; ".join(f"{one.promise}: {one.seen}" for one in broken)
        raise BrokenPromiseError(f"{kind.__name__} breaks {len(broken)} of its promises: {told}")
