"""Table cells as HTML. All text from outside is escaped here or by the template."""

from __future__ import annotations

import math

from markupsafe import Markup, escape

from longtail.reports.content import Cell, IntervalCell, NumberCell, TableRow, TallyCell, TextCell, VerdictCell
from longtail.reports.numbers import exported, interval, limits, written
from longtail.reports.symbols import bar, sign, slug

SHORT = 8
"""characters of a cell's id that identify it in a table"""
NAMES = 12
"""names that a tally shows at once; a click opens the rest"""


def row_html(row: TableRow) -> Markup:
    """Return a row as HTML with its head, its sort values and the ids of its source cells."""
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
    """Return one cell as HTML; if it doesn't sort by its text, `data-v` has its sort value."""
    scope = {"scope": "row"} if element == "th" else {}
    match cell:
        case TextCell():
            words = escape(cell.text)
            words = Markup("<code>{}</code>").format(words) if cell.code else words
            words = Markup("<strong>{}</strong>").format(words) if cell.strong else words
            words = Markup('<a href="{}">{}</a>').format(cell.href, words) if cell.href else words
            return _tag(element, {**scope, "title": cell.hint}) + words
        case NumberCell():
            shown = {**scope, "class": "n", "data-v": exported(cell.value), "title": cell.hint}
            return _tag(element, shown) + escape(written(cell.value, cell.form))
        case IntervalCell():
            shown = {**scope, "class": "n", "data-v": "" if cell.remark else exported(cell.mean), "title": cell.hint}
            return _tag(element, shown) + _interval(cell)
        case VerdictCell():
            shown = {
                **scope,
                "class": f"n v-{slug(cell.word)}",
                "data-v": exported(cell.difference.mean),
                "title": cell.hint,
            }
            return _tag(element, shown) + _judged(cell)
        case TallyCell():
            tone = "none" if not cell.number else f"v-{slug(cell.word)}{' long' if len(cell.rest) > 2 else ''}"
            return _tag(element, {**scope, "class": f"tally {tone}", "data-v": str(cell.number)}) + _tally(cell)


def _interval(value: IntervalCell) -> Markup:
    around = value.remark or limits(value)
    spread = Markup(" <small>{}</small>").format(around) if around else Markup("")
    return _bar(value) + escape(written(value.mean, value.form)) + spread


def _judged(cell: VerdictCell) -> Markup:
    word = Markup('<span class="word">{}{}</span> ').format(sign(cell.word), cell.word)
    return word + (_interval(cell.difference) if cell.difference.mean is not None else Markup(""))


def _tally(cell: TallyCell) -> Markup:
    """Return the number of strategies, then their names; each with a difference has its own line."""
    lines = [
        Markup('<span class="item"{}><span>{}</span> <small>{}</small></span> ').format(
            Markup(' title="{}"').format(remark) if remark else Markup(""), name, interval(difference)
        )
        for name, difference, remark in cell.items
    ]
    folded = cell.rest[NAMES:] if len(cell.rest) > NAMES + 1 else ()
    rest = _names(cell.rest[: len(cell.rest) - len(folded)])
    more = Markup(" <details><summary>and {} more:</summary>{}</details>").format(len(folded), _names(folded))
    parts = (cell.number, Markup("").join(lines), rest, more if folded else "")
    return Markup("<b>{}</b> {}<small>{}{}</small>").format(*parts)


def _names(names: tuple[str, ...]) -> Markup:
    return Markup(", ").join(Markup("<span>{}</span>").format(name) for name in names)


def _bar(value: IntervalCell) -> Markup:
    if value.scale is None or value.remark or value.mean is None or not math.isfinite(value.mean):
        return Markup("")
    least, most = value.scale
    room = (most - least) or 1.0
    ends = [value.mean if end is None or not math.isfinite(end) else end for end in (value.low, value.high)]
    low, mean, high = ((end - least) / room for end in (ends[0], value.mean, ends[1]))
    return bar(low, mean, high, None if value.mark is None else (value.mark - least) / room)


def _tag(name: str, attributes: dict[str, str]) -> Markup:
    said = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items() if value or key == "data-v")
    return Markup(f"<{name}{said}>")
