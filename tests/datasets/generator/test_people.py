"""Users and their hidden types."""

import numpy as np
import pytest

from longtail.datasets.generator.people import people
from longtail.datasets.generator.spec import Spec
from longtail.datasets.generator.streams import Streams


def test_shares_are_those_of_the_users_weighted_by_activity():
    spec = Spec(users=300, types=3)
    who = people(spec, Streams(np.random.SeedSequence(0)))
    for pool, (law, first) in enumerate([(who.known, 0), (who.later, 300)]):
        mass = np.zeros((6, 3))
        for user, share in enumerate(law.shares):
            mass[who.segment[first + user], who.type[first + user]] += share
        assert who.shares[pool] == pytest.approx(mass / mass.sum(1, keepdims=True), abs=1e-6)


def test_newcomers_are_users_of_their_own():
    who = people(Spec(users=100), Streams(np.random.SeedSequence(0)))
    uniform = np.random.default_rng(0).random(1000)
    known = who.drawn(uniform, np.zeros(1000, bool))
    later = who.drawn(uniform, np.ones(1000, bool))
    assert known.max() < 100 <= later.min() and later.max() < len(who.type)
