"""Random numbers by factor and block: draws of a factor depend neither on other factors nor on the order of calls."""

from __future__ import annotations

import zlib

import numpy as np

BLOCK = 4096
"""rows drawn together: draws are made block by block, so that chunks of any size have the same bytes"""


class Streams:
    """Counter-based generators (Philox): the key is the seed and the factor, the counter starts at the block."""

    def __init__(self, seed: np.random.SeedSequence) -> None:
        self._seed = seed
        self._keys: dict[str, np.ndarray] = {}

    def at(self, factor: str, block: int = 0) -> np.random.Generator:
        """Return the generator of one factor (a name) in one block of rows."""
        key = self._keys.get(factor)
        if key is None:
            # the checksum of the name, not its position: a new factor does not change the draws of the others
            path = (*self._seed.spawn_key, zlib.crc32(factor.encode()))
            key = np.random.SeedSequence(self._seed.entropy, spawn_key=path).generate_state(2, np.uint64)
            self._keys[factor] = key
        return np.random.Generator(np.random.Philox(key=key, counter=np.array([0, 0, 0, block], np.uint64)))
