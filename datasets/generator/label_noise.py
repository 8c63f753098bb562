"""Recorded labels: a share of them is drawn anew, independent of the true class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longtail.datasets.generator.numeric_columns import Floats
from longtail.datasets.generator.popularity import Doubles
from longtail.datasets.generator.rows import Codes
from longtail.datasets.generator.spec import Spec
from longtail.datasets.generator.streams import Streams


def drawn_from(spec: Spec) -> Doubles:
    """Return the probabilities (K,) of labels drawn anew: class frequencies (noise `head`), or all the same."""
    classes = len(spec.priors)
    return spec.priors if spec.noise == "head" else np.full(classes, 1 / classes)


def recorded_priors(spec: Spec) -> Doubles:
    """Return the class probabilities (K,) of recorded labels; for the noise `head` they equal those of true classes."""
    return np.asarray((1 - spec.label_noise) * spec.priors + spec.label_noise * drawn_from(spec), np.float64)


def recorded(spec: Spec, clean: Floats) -> Floats:
    """Return P(recorded label | .) from P(true class | .), (n, K), for clicks (n, 1)."""
    anew = drawn_from(spec)[1:] if spec.binary else drawn_from(spec)
    kept = np.float32(1 - spec.label_noise)
    return np.asarray(kept * clean + (spec.label_noise * anew).astype(np.float32), np.float32)


def as_recorded(spec: Spec, clean: Floats, rows: NDArray[np.bool_]) -> Floats:
    """Return `recorded` probabilities for some of the rows, a mask (n,), and unchanged ones for the others."""
    return np.where(rows[:, None], recorded(spec, clean), clean)


def recorded_labels(spec: Spec, streams: Streams, block: int, y: Codes) -> Codes:
    """Return the labels of a block as they are recorded, (n,)."""
    anew = np.cumsum(drawn_from(spec))
    wrong = streams.at("label noise", block).random(len(y)) < spec.label_noise
    label = np.searchsorted(anew[:-1], streams.at("label drawn anew", block).random(len(y)), side="right")
    return np.where(wrong, label, y).astype(np.int32)
