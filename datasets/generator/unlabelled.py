"""Rows beside the log whose class was not recorded: they were not shown, or not examined."""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np

from longtail.datasets.generator.log import Chunk, blocks, joined
from longtail.datasets.generator.rows import Window
from longtail.datasets.generator.separability import calibrated
from longtail.datasets.generator.spec import Spec
from longtail.datasets.generator.world import world

APART = zlib.crc32(b"unlabelled")
"""key that separates their draws from those of the log"""


def unlabelled(spec: Spec, seed: np.random.SeedSequence, rows: int) -> Chunk:
    """Return rows of the training weeks, with the labels that they would have.

    Where test rows have another exposure, these rows have it too: they represent the rows on which a model is judged.
    """
    law = calibrated(spec).law
    if spec.test_exposure is not None:
        law = replace(law, world=world(replace(spec, exposure=spec.test_exposure, test_exposure=None)))
    own = np.random.SeedSequence(seed.entropy, spawn_key=(*seed.spawn_key, APART))
    return joined(list(blocks(spec, own, Window(rows, 0), posteriors=False, law=law)))
