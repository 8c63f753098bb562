"""Intercepts that give every class its prior."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from longtail.datasets.generator.law import Law
from longtail.datasets.generator.sample import Sample

STEPS = 60
MET = 1e-3
"""class frequencies are this near to the priors, relatively, on the sample"""
LARGEST = 3.0
"""no intercept moves further in one step"""


def fitted(rows: Sample, law: Law) -> Law:
    """The same law with intercepts under which the mean of P(y | visible) is the prior of every class.

    Newton's method on a convex function (the log-partition minus the priors' line); the matrix of second derivatives
    takes the mixture over types for each type, which shortens steps and changes nothing about where they end.
    """
    spec = rows.world.spec
    wanted = spec.priors[1:] if spec.binary else spec.priors
    for _ in range(STEPS):
        posterior = rows.visible(law)
        mean = posterior.mean(0, dtype=np.float64)
        if np.abs(mean / wanted - 1).max() < MET:
            break
        curvature = np.diag(mean) - posterior.T.astype(np.float64) @ posterior / len(rows)
        # the sum of all intercepts of classes is free: the ones pin it
        curvature += 1e-12 * np.eye(len(mean)) + (0 if spec.binary else 1 / len(mean) ** 2)
        step = np.linalg.solve(curvature, wanted - mean)
        step *= min(1.0, LARGEST / np.abs(step).max())
        law = replace(law, intercepts=law.intercepts + step)
    return law
