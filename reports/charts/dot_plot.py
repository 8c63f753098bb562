"""Rows with a few marked values each."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from longtail.reports.charts.panel import Panel
from longtail.reports.charts.row_axes import row_axes
from longtail.reports.numbers import written
from longtail.reports.svg import GRID, MUTED, SERIES, drawn, group_style
from longtail.reports.symbols import group_key


@dataclass(frozen=True)
class DotsPanel(Panel):
    """Rows with a few marked values each: `values[series][row]`, NaN if missing."""

    labels: tuple[str, ...]
    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    axis: str
    unit: bool = True
    """whether the axis runs at least from 0 to 1"""

    def draw(self, key: str) -> str:
        """Draw a few marked values in each row, joined by a line."""
        figure, ax, y = row_axes(self.labels)
        values = np.array(self.values, dtype=float)
        known = np.isfinite(values).any(axis=0)
        ends = [(np.nanmin(column), np.nanmax(column)) for column in values.T[known]]
        ax.plot(
            [place for pair in ends for place in (*pair, math.nan)],
            [place for at in y[known] for place in (at, at, math.nan)],
            "-", color=GRID, linewidth=3,
        )  # fmt: skip
        titles = {}
        for number, (name, row) in enumerate(zip(self.names, values, strict=True)):
            there = np.isfinite(row)
            style, marker = group_style(number)
            ax.plot(row[there], y[there], marker, color=SERIES[style], markersize=7, gid=f"marks-{number}")
            titles[f"marks-{number}"] = [
                f"{label}, {name}: {written(float(value), 'score')}"
                for label, value, here in zip(self.labels, row, there, strict=True)
                if here
            ]
        if self.unit:
            least = float(np.nanmin(values, initial=0.0))
            ax.set_xlim(least - 0.02, max(float(np.nanmax(values, initial=1.0)), 1.0) + 0.02)
            ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".5", ".75", "1"])
        ax.set_xlabel(self.axis, color=MUTED)
        return drawn(figure, key, f"{self.title}: {self.axis}, one row per label", titles)

    def legend(self) -> dict[str, Markup]:
        return {name: group_key(n) for n, name in enumerate(self.names)}
