"""Streams of random numbers."""

import numpy as np

from longtail.datasets.generator.streams import Streams


def streams(seed: int = 1) -> Streams:
    return Streams(np.random.SeedSequence(seed))


def test_a_factor_draws_the_same_whoever_asked_before():
    alone = streams().at("price", 3).random(5)
    busy = streams()
    busy.at("user", 3).random(100)
    busy.at("price", 2).random(100)
    assert np.array_equal(busy.at("price", 3).random(5), alone)


def test_factors_blocks_and_seeds_differ():
    draws = [
        streams().at("price", 0).random(4),
        streams().at("price", 1).random(4),
        streams().at("user", 0).random(4),
        streams(2).at("price", 0).random(4),
        Streams(np.random.SeedSequence(1, spawn_key=(0,))).at("price", 0).random(4),
    ]
    assert len({tuple(draw) for draw in draws}) == 5
