"""Users: their activity, visible segment and hidden type."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.datasets.generator.names import SEGMENTS
from longtail.datasets.generator.popularity import Doubles, PowerLaw, zipf
from longtail.datasets.generator.spec import Spec
from longtail.datasets.generator.streams import Streams


@dataclass(frozen=True, eq=False)
class People:
    """Two pools of users: those who may be in training rows, and after them those who come later.

    `segment` and `type` (users,). `shares` (2, segments, types) is P(type | segment) in each pool, weighted by the
    activity of its users, so that sums over types are exact.
    """

    known: PowerLaw
    later: PowerLaw
    segment: NDArray[np.int32]
    type: NDArray[np.int32]
    shares: NDArray[np.float32]

    def drawn(self, who: Doubles, late: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Return users (n,) from uniform numbers and a mask (n,) of the rows from the later pool."""
        return np.where(late, self.known.count + self.later.codes(who), self.known.codes(who))


def people(spec: Spec, streams: Streams) -> People:
    """Return the users of a world."""
    known, later = PowerLaw(spec.users, spec.activity), PowerLaw(max(1, spec.users // 2), spec.activity)
    taste = streams.at("type of segment").standard_normal((len(SEGMENTS), 64))[:, : spec.types]
    wanted = zipf(spec.types, 0.5) * np.exp(taste)
    wanted /= wanted.sum(1, keepdims=True)
    segments, types, shares = [], [], []
    for name, pool in (("known", known), ("later", later)):
        rng = streams.at(f"people {name}")
        order = rng.permutation(pool.count)
        edges = np.cumsum(zipf(len(SEGMENTS), 0.6))
        segment = np.minimum(np.searchsorted(edges, rng.random(pool.count)), len(SEGMENTS) - 1).astype(np.int32)
        kind = np.zeros(pool.count, np.int32)
        for code in range(len(SEGMENTS)):
            members = order[segment[order] == code]
            # types are cut along the cumulated activity of the shuffled members, which gives the wanted shares of rows
            reached = np.cumsum(pool.shares[members])
            place = (reached - pool.shares[members] / 2) / reached[-1] if len(members) else reached
            kind[members] = np.minimum(np.searchsorted(np.cumsum(wanted[code]), place), spec.types - 1)
        segments.append(segment)
        types.append(kind)
        shares.append(_realised(segment, kind, pool.shares, spec.types))
    return People(known, later, np.concatenate(segments), np.concatenate(types), np.stack(shares))


def _realised(
    segment: NDArray[np.int32], kind: NDArray[np.int32], activity: Doubles, types: int
) -> NDArray[np.float32]:
    mass = np.bincount(segment * types + kind, activity, len(SEGMENTS) * types).reshape(len(SEGMENTS), types)
    total = mass.sum(1, keepdims=True)
    shares = np.divide(mass, total, out=np.full_like(mass, 1 / types), where=total > 0)
    return np.asarray(shares, np.float32)
