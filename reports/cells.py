"""Writes a table's cells as HTML. Every word from outside is escaped here or by the template."""

from __future__ import annotations

import math

from markupsafe import Markup, escape

from longtail.reports.content import Cell, Interval, Judged, Number, Row, Text
from longtail.reports.numbers import exported, limits, written
from longtail.reports.symbols import bar, sign, slug

SHORT = 8
"""letters of a cell's id that name it in a table"""


def row_html(row: Row) -> Markup:
    """A row with its head, its numbers as they sort, and where they come from."""
    first, *rest = row.cells
    sources = " ".join(source[:SHORT] for source in row.sources)
    tag = _tag(
        "tr",
        {
            "class": "strong" if row.strong else "",
            "data-learner": row.scope.learner,
            "data-kind": row.scope.kind,
            "data-cells": sources,
        },
    )
    return Markup("").join([tag, cell_html(first, "th"), *(cell_html(cell, "td") for cell in rest), Markup("</tr>")])


def cell_html(cell: Cell, element: str) -> Markup:
    """One cell. A cell that sorts by another value than its words has it in `data-v`."""
    scope = {"scope": "row"} if element == "th" else {}
    match cell:
        case Text():
            words = escape(cell.text)
            words = Markup("<code>{}</code>").format(words) if cell.code else words
            words = Markup("<strong>{}</strong>").format(words) if cell.strong else words
            words = Markup('<a href="{}">{}</a>').format(cell.href, words) if cell.href else words
            return _tag(element, {**scope, "title": cell.hint}) + words
        case Number():
            shown = {**scope, "class": "n", "data-v": exported(cell.value), "title": cell.hint}
            return _tag(element, shown) + escape(written(cell.value, cell.form))
        case Interval():
            shown = {**scope, "class": "n", "data-v": exported(cell.mean), "title": cell.hint}
            return _tag(element, shown) + _interval(cell)
        case Judged():
            shown = {
                **scope,
                "class": f"n v-{slug(cell.word)}",
                "data-v": exported(cell.difference.mean),
                "title": cell.hint,
            }
            return _tag(element, shown) + _judged(cell)


def _interval(value: Interval) -> Markup:
    around = limits(value)
    spread = Markup(" <small>{}</small>").format(around) if around else Markup("")
    return _bar(value) + escape(written(value.mean, value.form)) + spread


def _judged(cell: Judged) -> Markup:
    word = Markup('<span class="word">{}{}</span> ').format(sign(cell.word), cell.word)
    return word + (_interval(cell.difference) if cell.difference.mean is not None else Markup(""))


def _bar(value: Interval) -> Markup:
    if value.scale is None or value.mean is None or not math.isfinite(value.mean):
        return Markup("")
    least, most = value.scale
    room = (most - least) or 1.0
    ends = [value.mean if end is None or not math.isfinite(end) else end for end in (value.low, value.high)]
    low, mean, high = ((end - least) / room for end in (ends[0], value.mean, ends[1]))
    return bar(low, mean, high, None if value.mark is None else (value.mark - least) / room)


def _tag(name: str, attributes: dict[str, str]) -> Markup:
    written_out = Markup("").join(Markup(' {}="{}"').format(key, value) for key, value in attributes.items() if value)
    return Markup("<{}{}>").format(name, written_out)
