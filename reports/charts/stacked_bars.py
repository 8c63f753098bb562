"""Bars made of parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from matplotlib.collections import PolyCollection
from matplotlib.ticker import MaxNLocator

from longtail.reports.charts.panel import Panel
from longtail.reports.charts.row_axes import row_axes
from longtail.reports.numbers import written
from longtail.reports.svg import INK, MUTED, PAPER, SERIES, drawn
from longtail.reports.symbols import part_key
from longtail.reports.vocabulary import Form


@dataclass(frozen=True)
class StacksPanel(Panel):
    """Bars made of parts: `values[part][row]`, all in one unit."""

    labels: tuple[str, ...]
    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    axis: str
    form: Form = "seconds"

    def draw(self, key: str) -> str:
        """Draw bars of parts, with their sum behind them."""
        figure, ax, y = row_axes(self.labels, right=60.0)
        values = np.nan_to_num(np.array(self.values, dtype=float))
        left = np.zeros(len(self.labels))
        for number, row in enumerate(values):
            ends = np.stack([left, left + row, left + row, left], axis=1)
            corners = np.stack([ends, y[:, None] + np.array([-0.31, -0.31, 0.31, 0.31])], axis=2)
            ax.add_collection(
                PolyCollection(list(corners), facecolor=SERIES[number + 1], edgecolor=PAPER, linewidth=0.7)
            )
            left = left + row
        for at, total in zip(y, left, strict=True):
            ax.annotate(
                written(float(total), self.form),
                (total, at),
                (4, 0),
                textcoords="offset points",
                va="center",
                color=INK,
                fontsize=12,
            )
        ax.set_xlim(0, float(left.max(initial=0.0)) or 1.0)
        ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
        ax.set_xlabel(self.axis, color=MUTED)
        return drawn(figure, key, f"{self.title}: {self.axis}, one row per label")

    def legend(self) -> dict[str, Markup]:
        return {name: part_key(n + 1) for n, name in enumerate(self.names)}
