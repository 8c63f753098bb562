"""`longtail.testing.check_strategy` as a user calls it under a pytest of his own."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from longtail.bench.errors import ConfigurationError
from longtail.strategies.base import Strategy
from longtail.testing import BrokenPromiseError, check_strategy


@dataclass(frozen=True)
class Root(Strategy):
    """Weigh rows by the inverse root of their class's count."""

    name: ClassVar[str] = "root"

    def row_weights(self, table):
        weights = (np.maximum(table.counts, 1.0) ** -0.5)[table.y].astype(np.float32)
        return weights / weights.mean()


@dataclass(frozen=True)
class Spoils(Strategy):
    """Write into the rows that it is given."""

    name: ClassVar[str] = "spoils"

    def resample(self, table, rng, resources):
        table.weight[0] += 1
        return table.take(np.arange(len(table)) != 1)


def test_a_strategy_that_keeps_its_promises_passes():
    check_strategy(Root)


def test_each_broken_promise_is_named_with_what_was_seen():
    with pytest.raises(BrokenPromiseError, match=r"Spoils breaks .*weight changed"):
        check_strategy(Spoils)


def test_a_learner_that_does_not_honour_its_hooks_is_a_broken_promise_and_an_unknown_one_is_refused():
    with pytest.raises(ConfigurationError, match="no learner is called 'mpl'"):
        check_strategy(Root, "mpl")


@pytest.mark.parametrize("given", [Root(), "root", int])
def test_what_is_no_strategy_class_is_refused(given):
    with pytest.raises(TypeError, match="takes a class that extends Strategy, not"):
        check_strategy(given)
