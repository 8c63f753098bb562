"""Quality against cost, one point per strategy."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, NullFormatter, NullLocator

from longtail.reports.chart_labels import cut, width
from longtail.reports.charts.panel import Panel
from longtail.reports.charts.plane import FRAME, HEIGHT
from longtail.reports.numbers import written
from longtail.reports.svg import GRID, INK, MUTED, PAPER, SERIES, axes, drawn, group_style
from longtail.reports.symbols import group_key


@dataclass(frozen=True)
class Spot:
    """A point of a scatter plot; the chart names it if it is on the Pareto front."""

    label: str
    x: float
    y: float
    group: int
    front: bool = False


@dataclass(frozen=True)
class ScatterPanel(Panel):
    """Quality against cost; `groups` are the learners, which differ in marker and colour."""

    spots: tuple[Spot, ...]
    groups: tuple[str, ...]
    x_axis: str
    y_axis: str

    def draw(self, key: str) -> str:
        """Draw the points by learner; points on the Pareto front are joined and named."""
        figure, ax = axes(HEIGHT, FRAME)
        ax.set_xscale("log")
        front = sorted((spot for spot in self.spots if spot.front), key=lambda spot: spot.x)
        ax.step([spot.x for spot in front], [spot.y for spot in front], where="post", color=MUTED, linewidth=1.2)
        titles = {}
        for group, name in enumerate(self.groups):
            style, marker = group_style(group)
            for is_front in (False, True):
                chosen = [spot for spot in self.spots if spot.group == group and spot.front == is_front]
                if not chosen:
                    continue
                gid = f"spots-{group}-{int(is_front)}"
                ax.plot(
                    [spot.x for spot in chosen],
                    [spot.y for spot in chosen],
                    marker,
                    color=SERIES[style],
                    markersize=9 if is_front else 6,
                    markeredgecolor=INK if is_front else PAPER,
                    markeredgewidth=1.2 if is_front else 0.6,
                    gid=gid,
                    clip_on=False,
                )
                titles[gid] = [
                    f"{spot.label}, {name}: {written(spot.y, 'score')} in {written(spot.x, 'seconds')}"
                    for spot in chosen
                ]
        _named(ax, self)
        ax.grid(color=GRID, linewidth=0.8)
        _seconds_axis(ax)
        ax.yaxis.set_major_locator(MaxNLocator(5))
        ax.set_xlabel(self.x_axis, color=MUTED)
        ax.set_ylabel(self.y_axis, color=MUTED)
        return drawn(figure, key, f"{self.title}: {self.y_axis} over {self.x_axis}", titles)

    def legend(self) -> dict[str, Markup]:
        used = {spot.group for spot in self.spots}
        return {name: group_key(n) for n, name in enumerate(self.groups) if n in used}


def _seconds_axis(ax: Axes) -> None:
    """Set at most six ticks, at round numbers of a named unit."""
    low, high = ax.get_xlim()
    for bases in ((1, 2, 5), (1, 3), (1,)):
        shown = [base * 10.0**power for power in range(-4, 7) for base in bases if low <= base * 10.0**power <= high]
        if len(shown) <= 6:
            break
    ax.set_xticks(shown, [written(step, "seconds").replace(".0 ", " ") for step in shown])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_minor_formatter(NullFormatter())


def _named(ax: Axes, panel: ScatterPanel) -> None:
    """Write names beside the front's points, on the side that has room; names that would overlap are left out."""
    ax.margins(0.06, 0.12)
    ax.autoscale_view()
    taken: list[tuple[float, float, float]] = []
    room = FRAME.width - FRAME.left - FRAME.right
    for spot in sorted((spot for spot in panel.spots if spot.front), key=lambda spot: -spot.y):
        across, up = ax.transAxes.inverted().transform(ax.transData.transform((spot.x, spot.y)))
        words = cut(spot.label, 150, 11)
        long = width(words, 11) + 10
        leftwards = across * room + long > room
        start = across * room - (long if leftwards else 0)
        if any(abs(up * HEIGHT - other) < 12 and start < end and begin < start + long for other, begin, end in taken):
            continue
        taken.append((up * HEIGHT, start, start + long))
        ax.annotate(
            words, (spot.x, spot.y), (-8 if leftwards else 8, 4), textcoords="offset points",
            ha="right" if leftwards else "left", color=INK, fontsize=11, annotation_clip=False,
        )  # fmt: skip
