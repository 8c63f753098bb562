"""Conversion of a matplotlib figure into SVG that takes its colours and fonts from the page's style."""

from __future__ import annotations

import io
import re
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}href"
RC: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "longtail",
    "text.parse_math": False,  # a name with dollar signs is a name
    "axes.unicode_minus": True,
    "font.size": 12,
}

# A colour given to matplotlib stands for a role; the page's style defines its look in the light and the dark theme.
INK, MUTED, GRID, BAND, PAPER = "#000001", "#000002", "#000003", "#000004", "#000005"
BETTER, WORSE, EQUAL, UNDECIDED = "#000011", "#000012", "#000013", "#000014"
SERIES = tuple(f"#0000{number:02x}" for number in range(0x20, 0x28))
ROLES = {
    INK: "ink", MUTED: "muted", GRID: "grid", BAND: "band", PAPER: "paper",
    BETTER: "better", WORSE: "worse", EQUAL: "equal", UNDECIDED: "undecided",
    **{colour: f"s{number}" for number, colour in enumerate(SERIES)},
}  # fmt: skip
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")
DASHES: tuple[object, ...] = (
    "-",
    (0, (5, 2)),
    (0, (2, 1.5)),
    (0, (6, 2, 1.5, 2)),
    (0, (1, 1.2)),
    (0, (8, 3)),
    "-",
    "-",
)
KEPT = ("stroke-width", "stroke-dasharray", "opacity", "fill-opacity", "stroke-opacity", "font-size", "text-anchor")
DEFAULTS = {"font-size": "12", "text-anchor": "start", "opacity": "1"}
"""values that the page's style sets already"""
CLIPPED = "clipped"
NUMBER = re.compile(r"-?\d+\.\d+")
TIGHT = re.compile(r" ?([MLCQzZ]) ?")


def group_style(place: int) -> tuple[int, str]:
    """Return the colour number and the marker of a group; the first of both are reserved for references.

    Once all colours are used, they repeat with the next marker, so that 49 groups differ.
    """
    many = len(SERIES) - 1
    return 1 + place % many, MARKERS[1 + (place + place // many) % many]


@dataclass(frozen=True)
class Frame:
    """The margins around a panel's axes, in pixels of a panel that is `width` pixels wide."""

    width: float = 380.0
    left: float = 120.0
    right: float = 16.0
    top: float = 8.0
    bottom: float = 43.0


def axes(height: float, frame: Frame) -> tuple[Figure, Axes]:
    """Return a figure of the frame's width with bare axes that are `height` pixels high."""
    total = height + frame.top + frame.bottom
    figure = Figure(figsize=(frame.width / 72, total / 72))
    FigureCanvasSVG(figure)
    box = (
        frame.left / frame.width,
        frame.bottom / total,
        (frame.width - frame.left - frame.right) / frame.width,
        height / total,
    )
    ax = figure.add_axes(box)
    figure.patch.set_visible(False)
    ax.patch.set_visible(False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0, labelsize=12, labelcolor=MUTED, pad=5)
    ax.set_axisbelow(True)
    return figure, ax


def drawn(figure: Figure, key: str, label: str, titles: Mapping[str, Sequence[str]] | None = None) -> str:
    """Return the figure as an SVG element.

    `key` makes its ids unique in the page. `label` is the text for screen readers. `titles` has the tooltips of the
    markers by the gid of their artist. Only artists whose gid begins with CLIPPED are clipped at the axes.
    """
    out = io.StringIO()
    with warnings.catch_warnings():
        # The widths of letters that matplotlib's own font lacks are guessed; the reader's font has these letters.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support .* natively")
        figure.savefig(out, format="svg", metadata={"Date": None})
    root = ET.fromstring(out.getvalue())
    for child in list(root):
        if child.tag == f"{SVG}metadata" or child.find(f"{SVG}style") is not None:
            root.remove(child)
    _unclip(root, False)
    _adopt(root, _renamed(root, key), titles or {})
    width, height = root.attrib["viewBox"].split()[2:]
    root.attrib.clear()
    view = f"0 0 {_short(width)} {_short(height)}"
    root.attrib.update({"viewBox": view, "role": "img", "aria-label": label, "class": "chart"})
    text = ET.tostring(_bare(root), encoding="unicode")
    return text.replace(" />", "/>").replace("<defs/>", "")


def _unclip(element: ET.Element, kept: bool) -> None:
    """Remove the clip paths outside elements whose id begins with CLIPPED."""
    kept = kept or element.get("id", "").startswith(CLIPPED)
    if not kept:
        element.attrib.pop("clip-path", None)
    for child in element:
        _unclip(child, kept)


def _renamed(root: ET.Element, key: str) -> dict[str, str]:
    """Return new ids for the elements that others refer to; all other ids are dropped."""
    used: dict[str, str] = {}
    for element in root.iter():
        for value in (element.get(XLINK, "")[1:], element.get("clip-path", "")[5:-1]):
            if value and value not in used:
                used[value] = f"{key}-{len(used)}"
    return used


def _adopt(element: ET.Element, names: Mapping[str, str], titles: Mapping[str, Sequence[str]]) -> None:
    """Replace styles by classes and attributes, shorten numbers and add titles, on an element and all below it."""
    own = element.attrib.pop("id", "")
    if own in titles:
        marks = list(element.iter(f"{SVG}use"))
        for mark, words in zip(marks, titles[own], strict=False) if len(marks) == len(titles[own]) else ():
            ET.SubElement(mark, f"{SVG}title").text = words
    if own in names:
        element.set("id", names[own])
    if XLINK in element.attrib:
        element.set("href", f"#{names[element.attrib.pop(XLINK)[1:]]}")
    if "clip-path" in element.attrib:
        element.set("clip-path", f"url(#{names[element.attrib['clip-path'][5:-1]]})")
    _restyle(element)
    for name in ("d", "x", "y", "width", "height", "transform"):
        if name in element.attrib:
            element.set(name, _shortened(element.attrib[name]))
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    for child in element:
        _adopt(child, names, titles)
    if element.tag == f"{SVG}g":
        _hoist(element)


def _restyle(element: ET.Element) -> None:
    """Replace the style, which the page's policy forbids, by classes and attributes; page defaults are left out."""
    style = element.attrib.pop("style", "")
    rules = dict(rule.split(": ", 1) for rule in style.split("; ") if ": " in rule)
    letters = {"fill": "f", "stroke": "k"}
    classes = [f"{letter}-{ROLES[rules[kind]]}" for kind, letter in letters.items() if rules.get(kind) in ROLES]
    if rules.get("fill") == "none" and not classes:
        element.set("fill", "none")
    if element.tag == f"{SVG}text" and classes == ["f-muted"]:
        classes = []
    if classes and element.tag != f"{SVG}g":
        element.set("class", " ".join(classes))
    for name in KEPT:
        value = _shortened(rules[name].removesuffix("px")) if name in rules else DEFAULTS.get(name)
        if value != DEFAULTS.get(name) and value is not None:
            element.set(name, value)


def _hoist(group: ET.Element) -> None:
    """Move attributes that all markers of a group share to the group."""
    marks = list(group)
    if len(marks) < 2 or any(mark.tag != f"{SVG}use" for mark in marks):
        return
    for name in ("class", "fill-opacity", "stroke-opacity", "stroke-width"):
        values = {mark.get(name) for mark in marks}
        if len(values) == 1 and (value := values.pop()) is not None:
            group.set(name, value)
            for mark in marks:
                del mark.attrib[name]


def _bare(root: ET.Element) -> ET.Element:
    """Return the tree without namespaces, which HTML doesn't need, and without groups that have no attributes."""
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
        element[:] = [kept for child in element for kept in _unwrapped(child)]
        if element.tag not in {"text", "title"}:
            element.text = None
        element.tail = None
    return root


def _unwrapped(element: ET.Element) -> list[ET.Element]:
    if element.tag in {f"{SVG}g", "g"} and not element.attrib:
        return [kept for child in element for kept in _unwrapped(child)]
    return [element]


def _shortened(text: str) -> str:
    plain = NUMBER.sub(lambda match: _short(match[0]), text)
    return TIGHT.sub(r"\1", " ".join(plain.split()))


def _short(number: str) -> str:
    rounded = f"{float(number):.1f}".removesuffix(".0")
    return "0" if rounded == "-0" else rounded
