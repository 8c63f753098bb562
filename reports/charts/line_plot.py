"""Curves over one axis."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from longtail.reports.chart_labels import width
from longtail.reports.charts.panel import Panel
from longtail.reports.charts.plane import FRAME, HEIGHT
from longtail.reports.numbers import written
from longtail.reports.svg import BAND, DASHES, GRID, MARKERS, MUTED, SERIES, axes, drawn
from longtail.reports.symbols import series_key

MANY = 14
"""largest number of points with a marker and a tooltip each; on longer lines only some points have a marker"""


@dataclass(frozen=True)
class Series:
    """Points in the order of an axis; `style` 0 is the baseline's, others differ in colour, marker and dash."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    style: int = 1
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True)
class LinesPanel(Panel):
    """Curves over one axis."""

    series: tuple[Series, ...]
    x_axis: str
    y_axis: str
    x_log: bool = False
    y_log: bool = False
    diagonal: bool = False
    level: float | None = None
    """position of a horizontal line: the value of a random ranking"""
    bands: tuple[tuple[str, float, float], ...] = ()
    """named ranges of x, shaded in turn"""
    markers: bool = True

    def draw(self, key: str) -> str:
        """Draw curves, each with its own colour, dash and marker."""
        figure, ax = axes(HEIGHT, FRAME)
        if self.x_log:
            ax.set_xscale("log")
        if self.y_log:
            ax.set_yscale("log")
        for number, (name, low, high) in enumerate(self.bands):
            if number % 2 == 0:
                ax.axvspan(low, high, color=BAND, linewidth=0)
            room = (high - low) / (self.bands[-1][2] - self.bands[0][1]) * (FRAME.width - FRAME.left - FRAME.right)
            if width(name, 11) + 6 > room:
                continue
            ax.annotate(
                name, (low, 1), (3, 4), xycoords=("data", "axes fraction"), textcoords="offset points",
                color=MUTED, fontsize=11, annotation_clip=False,
            )  # fmt: skip
        if self.level is not None:
            ax.axhline(self.level, color=MUTED, linewidth=1, dashes=(2, 2))
        titles = {}
        for series in self.series:
            if series.low:
                ax.vlines(series.x, series.low, series.high, color=SERIES[series.style], linewidth=1.2, alpha=0.6)
            _line(ax, self, series.style, np.array(series.x), np.array(series.y), f"line-{series.style}")
            if len(series.x) <= MANY:
                titles[f"line-{series.style}"] = [
                    f"{series.name}: {written(y, 'score')} at {x:.4g}"
                    for x, y in zip(series.x, series.y, strict=True)
                    if math.isfinite(x) and math.isfinite(y)
                ]
        if self.diagonal:
            _diagonal(ax, self)
        _ticks(ax, self)
        ax.grid(color=GRID, linewidth=0.8)
        ax.set_xlabel(self.x_axis, color=MUTED)
        ax.set_ylabel(self.y_axis, color=MUTED)
        return drawn(figure, key, f"{self.title}: {self.y_axis} over {self.x_axis}", titles if self.markers else {})

    def legend(self) -> dict[str, Markup]:
        return {s.name: series_key(s.style, MARKERS[s.style] if self.markers else None) for s in self.series}


def _line(ax: Axes, panel: LinesPanel, style: int, x: np.ndarray, y: np.ndarray, gid: str) -> None:
    there = np.isfinite(y) & np.isfinite(x)
    every = max(1, int(there.sum()) // MANY)
    ax.plot(
        x[there], y[there], color=SERIES[style], linestyle=DASHES[style], linewidth=2.2 if style == 0 else 1.7,
        marker=MARKERS[style] if panel.markers else "", markersize=5, markevery=(style % every, every), gid=gid,
    )  # fmt: skip


def _diagonal(ax: Axes, panel: LinesPanel) -> None:
    """Draw the line on which predictions equal observations."""
    values = [
        value for series in panel.series for value in (*series.x, *series.y) if math.isfinite(value) and value > 0
    ]
    ends = (min(values, default=0.001), max(values, default=1.0))
    ax.plot(ends, ends, "-", color=MUTED, linewidth=1)


def _ticks(ax: Axes, panel: LinesPanel) -> None:
    for axis, log in ((ax.xaxis, panel.x_log), (ax.yaxis, panel.y_log)):
        if log:
            low, high = axis.get_view_interval()
            near = high < 100 * low
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if near else (1.0,), numticks=5))
            axis.set_minor_locator(NullLocator())
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        else:
            axis.set_major_locator(MaxNLocator(5, integer=axis is ax.xaxis and _steps(panel)))
    if panel.bands:
        ax.set_xlim(panel.bands[0][1], panel.bands[-1][2])


def _steps(panel: LinesPanel) -> bool:
    """Return whether the x axis has whole numbers, such as ranks or windows."""
    return bool(panel.bands) or all(float(x).is_integer() for series in panel.series for x in series.x)
