"""Differences from a baseline with intervals, one per row."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup
from matplotlib.axes import Axes

from longtail.reports.charts.panel import Panel
from longtail.reports.charts.row_axes import row_axes
from longtail.reports.content import IntervalCell
from longtail.reports.numbers import interval
from longtail.reports.svg import BAND, MUTED, PAPER, drawn
from longtail.reports.symbols import VERDICTS, band_key, verdict_key
from longtail.reports.vocabulary import WORDS, Word


@dataclass(frozen=True)
class Estimate:
    """A labelled value with its interval for one row of a chart."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    word: Word | None = None
    points: tuple[float, ...] = ()
    """one value per seed"""


@dataclass(frozen=True)
class ForestPanel(Panel):
    """Differences from a baseline, one per row, with the band within which they count as equal."""

    rows: tuple[Estimate, ...]
    rope: float | None
    axis: str

    def draw(self, key: str) -> str:
        """Draw the differences from the baseline, with the band of practical equality shaded."""
        labels = [row.label for row in self.rows]
        figure, ax, y = row_axes(labels)
        if self.rope:
            ax.axvspan(-self.rope, self.rope, color=BAND, linewidth=0)
        ax.axvline(0, color=MUTED, linewidth=1)
        seeds = [(point, at) for row, at in zip(self.rows, y, strict=True) for point in row.points]
        strokes = [place for _, at in seeds for place in (at - 0.16, at + 0.16, math.nan)]
        ax.plot(
            [point for point, _ in seeds for _ in range(3)], strokes, "-", color=MUTED, linewidth=1, gid="clipped-seeds"
        )
        titles = {}
        for word, (marker, colour, filled) in VERDICTS.items():
            chosen = [(row, at) for row, at in zip(self.rows, y, strict=True) if (row.word or "no verdict") == word]
            if not chosen:
                continue
            spans = [(row.low, row.high, at) for row, at in chosen if row.low is not None and row.high is not None]
            across = [value for low, high, _ in spans for value in (low, high, math.nan)]
            ax.plot(
                across,
                [value for *_, at in spans for value in (at, at, math.nan)],
                "-",
                color=colour,
                linewidth=1.8,
                gid="clipped-spans",
            )
            ax.plot(
                [row.value for row, _ in chosen],
                [at for _, at in chosen],
                marker,
                color=colour,
                markerfacecolor=colour if filled else PAPER,
                markeredgewidth=1.6,
                markersize=7,
                gid=f"marks-{marker}",
            )
            titles[f"marks-{marker}"] = [
                f"{row.label}: {interval(IntervalCell(row.value, row.low, row.high, form='signed'))}, {word}"
                for row, _ in chosen
            ]
        _signed_limits(ax, self)
        ax.set_xlabel(self.axis, color=MUTED)
        return drawn(figure, key, f"{self.title}: {self.axis}, one row per strategy", titles)

    def legend(self) -> dict[str, Markup]:
        present = {row.word or "no verdict" for row in self.rows}
        found = {word: verdict_key(word) for word in WORDS if word in present}
        return found | ({"practically equal to the baseline": band_key()} if self.rope else {})


def _signed_limits(ax: Axes, panel: ForestPanel) -> None:
    """Set axis limits that show all points, and intervals up to three times as wide; wider ones are clipped."""
    middle = [abs(value) for row in panel.rows for value in (row.value, *row.points)] + [panel.rope or 0.0]
    ends = [abs(value) for row in panel.rows for value in (row.low, row.high) if value is not None]
    reach = 1.1 * max(*middle, min(max(ends, default=0.0), 3 * max(middle))) or 0.01
    low = min(
        [row.value for row in panel.rows] + [row.low for row in panel.rows if row.low is not None], default=-reach
    )
    high = max(
        [row.value for row in panel.rows] + [row.high for row in panel.rows if row.high is not None], default=reach
    )
    least = 0.12 * reach + (panel.rope or 0.0)
    ax.set_xlim(max(-reach, min(1.1 * low, -least)), min(reach, max(1.1 * high, least)))
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:+.3g}".replace("-", "\u2212") if abs(value) > 1e-12 else "0")
