"""Changes of a suite by the command line: a filter on its pairs, additional pairs, and other keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from longtail.bench.naming import matches, pieces
from longtail.bench.suite import Pair, Suite, suite_from


@dataclass(frozen=True)
class Overrides:
    """Names and patterns from the command line, and keys of the suite to replace; None keeps those of the suite."""

    datasets: tuple[str, ...] | None = None
    strategies: tuple[str, ...] | None = None
    learners: tuple[str, ...] | None = None
    keys: tuple[tuple[str, Any], ...] = ()

    def of(self, suite: Suite) -> Suite:
        """Return the suite, limited to the names given and extended by those that it lacks.

        Raises ConfigurationError where a value is not valid in a suite.
        """
        values: dict[str, Any] = suite.model_dump()
        pairs = suite.pairs
        if self.datasets is not None:
            values["datasets"] = _chosen(self.datasets, suite.datasets)
        pairs = _with_learners(_with_strategies(pairs, self.strategies, suite.baseline), self.learners, suite.baseline)
        values["pairs"] = [pair.model_dump() for pair in pairs]
        values["contrasts"] = [name for name in suite.contrasts if any(name in pair.strategies for pair in pairs)]
        return suite_from(values | dict(self.keys), "the command line")


def listed(text: str | None) -> tuple[str, ...] | None:
    """Split `a(x=1,y=2),b` at the commas outside brackets; None stays None."""
    if text is None:
        return None
    return tuple(piece.strip() for piece in pieces(text, ",") if piece.strip())


def _chosen(patterns: Iterable[str], there: Iterable[str]) -> list[str]:
    """Return the names that match; a pattern without a match is kept, as a new name or one that is refused later."""
    chosen: list[str] = []
    for pattern in patterns:
        found = [text for text in there if matches(pattern, text)] or [pattern]
        chosen.extend(text for text in found if text not in chosen)
    return chosen


def _with_strategies(pairs: list[Pair], patterns: tuple[str, ...] | None, baseline: str) -> list[Pair]:
    """Return the pairs of these strategies and of the baseline; a strategy without a pair runs on all learners."""
    if patterns is None:
        return pairs
    everything = _unique(name for pair in pairs for name in pair.strategies)
    wanted = _chosen(patterns, everything)
    lacking = [name for name in wanted if name not in everything]
    learners = _unique(name for pair in pairs for name in pair.learners)
    kept = _narrowed(pairs, "strategies", [*wanted, baseline])
    if not lacking:
        # keep the baseline only with learners that also run another strategy
        useful = {name for pair in kept for name in pair.learners if set(pair.strategies) & set(wanted)}
        kept = _narrowed(kept, "learners", list(useful))
    return [*kept, Pair(strategies=lacking, learners=learners)] if lacking else kept


def _with_learners(pairs: list[Pair], patterns: tuple[str, ...] | None, baseline: str) -> list[Pair]:
    """Return the pairs of these learners; a learner without a pair runs with all strategies and the baseline."""
    if patterns is None:
        return pairs
    everything = _unique(name for pair in pairs for name in pair.learners)
    wanted = _chosen(patterns, everything)
    lacking = [name for name in wanted if name not in everything]
    kept = _narrowed(pairs, "learners", wanted)
    strategies = _unique([baseline, *(name for pair in pairs for name in pair.strategies)])
    return [*kept, Pair(strategies=strategies, learners=lacking)] if lacking else kept


def _narrowed(pairs: Iterable[Pair], side: str, wanted: list[str]) -> list[Pair]:
    kept = ((pair, [name for name in getattr(pair, side) if name in wanted]) for pair in pairs)
    return [pair.model_copy(update={side: names}) for pair, names in kept if names]


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
