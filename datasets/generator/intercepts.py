"""Intercepts that give every class its prior."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from longtail.datasets.generator.law import MANY, Law
from longtail.datasets.generator.numeric_columns import Floats
from longtail.datasets.generator.popularity import Doubles
from longtail.datasets.generator.sample import Sample

STEPS = 60
MET, MET_BY_MANY = 1e-3, 1e-2
"""relative tolerance between class frequencies on the sample and priors"""
LARGEST = 3.0
"""limit on the move of an intercept in one step"""
ENOUGH = 2
"""minimum of expected sample rows in a range of classes"""
TURNS = 40
"""iterations of conjugate gradients for one step"""


def fitted(rows: Sample, law: Law) -> Law:
    """Return the law with intercepts under which the mean of P(y | visible) is the prior of every class.

    Newton's method on a convex function (the log-partition less a linear term in the priors). The Hessian uses the
    mixture over types in place of each type; this shortens steps and does not change the solution. With many classes no
    Hessian is formed (conjugate gradients need only its products with vectors), and classes too rare for the sample are
    moved together with their neighbours in rank.
    """
    spec = rows.world.spec
    wanted, many = spec.priors[1:] if spec.binary else spec.priors, len(spec.priors) > MANY
    first = _ranges(wanted, ENOUGH / len(rows)) if many else np.arange(len(wanted))
    sizes = np.diff(first, append=len(wanted))
    wanted = np.add.reduceat(wanted, first)
    for _ in range(STEPS):
        posterior = rows.visible(law)
        if many:
            posterior = np.add.reduceat(posterior, first, axis=1)
        mean = posterior.mean(0, dtype=np.float64)
        if np.abs(mean / wanted - 1).max() < (MET_BY_MANY if many else MET):
            break
        if many:
            step = np.repeat(_conjugate(posterior, mean, wanted - mean), sizes)
        else:
            step = _solved(posterior, mean, wanted - mean, pinned=not spec.binary)
        step *= min(1.0, LARGEST / np.abs(step).max())
        law = replace(law, intercepts=law.intercepts + step)
    return law


def _ranges(priors: Doubles, least: float) -> NDArray[np.intp]:
    """Return the first class of each range with a total prior of at least `least`; the last range may have less."""
    first, held = [0], 0.0
    for place, prior in enumerate(priors):
        if held >= least:
            first.append(place)
            held = 0.0
        held += prior
    return np.array(first)


def _solved(posterior: Floats, mean: Doubles, gap: Doubles, *, pinned: bool) -> Doubles:
    """Return the step of Newton's method, (K,)."""
    curvature = np.diag(mean) - posterior.T.astype(np.float64) @ posterior / len(posterior)
    # the sum of the intercepts of all classes is free: a constant term pins it
    curvature += 1e-12 * np.eye(len(mean)) + (1 / len(mean) ** 2 if pinned else 0)
    return np.asarray(np.linalg.solve(curvature, gap), np.float64)


def _conjugate(posterior: Floats, mean: Doubles, gap: Doubles) -> Doubles:
    """Return about Newton's step, (K,), from products with the posterior, preconditioned by the diagonal."""
    diagonal = np.maximum(mean - np.einsum("nk,nk->k", posterior, posterior) / len(posterior), 1e-3 * mean)
    step, left = np.zeros_like(gap), gap.copy()
    scaled = left / diagonal
    way, size = scaled, float(left @ scaled)
    least = 1e-3 * size
    for _ in range(TURNS):
        through = posterior.T @ (posterior @ way.astype(np.float32))
        bent = mean * way - through.astype(np.float64) / len(posterior)
        ahead = size / float(way @ bent)
        step, left = step + ahead * way, left - ahead * bent
        scaled = left / diagonal
        before, size = size, float(left @ scaled)
        if size < least:
            break
        way = scaled + size / before * way
    return np.asarray(step - step.mean(), np.float64)
