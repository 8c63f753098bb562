"""What charts show, as data: each panel becomes one SVG."""

from __future__ import annotations

from dataclasses import dataclass

from longtail.reports.vocabulary import Form, Word


@dataclass(frozen=True)
class Estimate:
    """A labelled value with its interval, for a chart's row."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    word: Word | None = None
    points: tuple[float, ...] = ()
    """one value a seed"""


@dataclass(frozen=True)
class Forest:
    """Differences from a baseline, one row each, with the band within which they count as equal."""

    title: str
    rows: tuple[Estimate, ...]
    rope: float | None
    axis: str


@dataclass(frozen=True)
class Series:
    """Values in the order of an axis; `style` 0 is the baseline's, others are told apart by colour, marker and dash."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    style: int = 1
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True)
class Dots:
    """Rows with a few marked values each: `values[series][row]`, NaN where there is none."""

    title: str
    labels: tuple[str, ...]
    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    axis: str
    unit: bool = True
    """whether the axis runs at least from 0 to 1"""


@dataclass(frozen=True)
class Lines:
    """Curves over one axis."""

    title: str
    series: tuple[Series, ...]
    x_axis: str
    y_axis: str
    x_log: bool = False
    y_log: bool = False
    diagonal: bool = False
    level: float | None = None
    """a horizontal line: what no ranking at all would get"""
    bands: tuple[tuple[str, float, float], ...] = ()
    """named ranges of x, shaded in turn"""
    markers: bool = True


@dataclass(frozen=True)
class Spot:
    """A point of a scatter; named in the chart where it is on the front."""

    label: str
    x: float
    y: float
    group: int
    front: bool = False


@dataclass(frozen=True)
class Scatter:
    """Quality against cost; `groups` are the learners, told apart by marker and colour."""

    title: str
    spots: tuple[Spot, ...]
    groups: tuple[str, ...]
    x_axis: str
    y_axis: str


@dataclass(frozen=True)
class Stacks:
    """Bars made of parts: `values[part][row]`, all in one unit."""

    title: str
    labels: tuple[str, ...]
    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    axis: str
    form: Form = "seconds"


Panel = Forest | Dots | Lines | Scatter | Stacks
