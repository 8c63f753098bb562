"""Drawing of a chart: one SVG per panel, and the legend that all its panels share."""

from __future__ import annotations

import zlib

import matplotlib
from markupsafe import Markup

from longtail.reports.content import Chart
from longtail.reports.svg import RC


def panels(chart: Chart) -> tuple[Markup, ...]:
    """Return an SVG element for each panel; the same content gives the same bytes."""
    short = f"c{zlib.crc32(chart.id.encode()):x}"
    with matplotlib.rc_context(RC):
        return tuple(Markup(panel.draw(f"{short}-{number}")) for number, panel in enumerate(chart.panels))


def keys(chart: Chart) -> tuple[tuple[Markup, str], ...]:
    """Return the legend of a chart: pairs of symbol and label, each label once."""
    found: dict[str, Markup] = {}
    for panel in chart.panels:
        found.update(panel.legend())
    return tuple((symbol, label) for label, symbol in found.items())
