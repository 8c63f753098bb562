"""Source market: the same shop elsewhere, where the taste of people has turned."""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np

from longtail.datasets.base import Dataset
from longtail.datasets.generator.card import card
from longtail.datasets.generator.log import blocks, frame, joined
from longtail.datasets.generator.rows import Window
from longtail.datasets.generator.separability import calibrated
from longtail.datasets.generator.spec import Spec

APART = zlib.crc32(b"source market")
"""key that separates its draws from those of the target market"""


def source_market(
    name: str, story: tuple[str, str, str], spec: Spec, seed: np.random.SeedSequence, rows: int, shift: float
) -> Dataset:
    """Return labelled rows of a market with the same columns, classes, rarity and strength of signal.

    The directions that drive clicks differ from those of the target market: over the weeks of the source market they
    turn by up to two thirds of `shift` quarter turns, on average by one third. Items and people are those of one world,
    so that some users shop in both markets; the rows are different.
    """
    elsewhere, window = replace(spec, taste_drift=shift), Window(rows, 0)
    own = np.random.SeedSequence(seed.entropy, spawn_key=(*seed.spawn_key, APART))
    log = joined(list(blocks(elsewhere, own, window, posteriors=False)))
    known = calibrated(elsewhere)
    return Dataset(
        name=f"{name} (source)",
        X=frame(elsewhere, log.drawn),
        y=log.y.astype(np.int64),
        classes=known.law.world.classes,
        card=card(story, elsewhere, window, log, known),
        groups=log.drawn.users.astype(np.int64),
        time=log.drawn.seconds,
        propensity=log.drawn.propensity if spec.task == "click" else None,
        examination=log.drawn.examined if spec.task == "click" else None,
        priors=spec.priors,
    )
