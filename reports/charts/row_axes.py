"""Axes with labelled rows, such as one per strategy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from longtail.reports.chart_labels import cut, margin
from longtail.reports.svg import GRID, INK, Frame, axes

ROW = 20.0
"""pixels per row"""


def row_axes(labels: Sequence[str], right: float = 16.0) -> tuple[Figure, Axes, np.ndarray]:
    """Return a figure, axes with one label per row, the first on top, and the y positions of the rows."""
    left = margin(labels)
    figure, ax = axes(ROW * max(1, len(labels)), Frame(left=left, right=right))
    y = np.arange(len(labels), dtype=float)[::-1]
    ax.set_ylim(-0.6, len(labels) - 0.4)
    ax.set_yticks([])
    across = ax.get_yaxis_transform()
    for label, at in zip(labels, y, strict=True):
        # one tick per row would take five times as long
        ax.text(-0.025, at, cut(label, left - 10), ha="right", va="center", color=INK, transform=across)
    ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    ax.grid(axis="x", color=GRID, linewidth=0.8)
    return figure, ax, y
