"""The content of a report as data: sections of blocks. All values are computed beforehand; rendering only writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from longtail.reports.charts.panel import Panel
from longtail.reports.vocabulary import Form, Word


@dataclass(frozen=True)
class TextCell:
    """A cell with text; `href` is a link inside the page or relative to it."""

    text: str
    hint: str = ""
    href: str = ""
    code: bool = False
    strong: bool = False


@dataclass(frozen=True)
class NumberCell:
    """A cell with one number; if it is None, `hint` gives the reason."""

    value: float | None
    form: Form = "score"
    hint: str = ""


@dataclass(frozen=True)
class IntervalCell:
    """A cell with a mean and its t interval over `n` values; there is no interval if n is 1."""

    mean: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    form: Form = "score"
    scale: tuple[float, float] | None = None
    """the range over which the small bar beside the number is drawn; None: no bar"""
    mark: float | None = None
    """position of the reference line on the bar: the baseline's value, or zero"""
    hint: str = ""
    remark: str = ""
    """the reason why the number can't be compared, shown in place of the interval; such a cell sorts last"""


@dataclass(frozen=True)
class VerdictCell:
    """A cell with a verdict and the difference that it is based on."""

    word: Word
    difference: IntervalCell
    hint: str = ""


@dataclass(frozen=True)
class TallyCell:
    """A cell with the strategies that got one verdict: some with their difference, the rest by name."""

    word: Word
    number: int
    items: tuple[tuple[str, IntervalCell, str], ...] = ()
    """(strategy, difference, remark)"""
    rest: tuple[str, ...] = ()
    """strategies that are named without a difference"""


Cell = TextCell | NumberCell | IntervalCell | VerdictCell | TallyCell


@dataclass(frozen=True)
class Scope:
    """The learner and kind of data of a row or block, by which the page filters; an empty string means all."""

    learner: str = ""
    kind: Literal["", "generated", "real"] = ""


ALL = Scope()


@dataclass(frozen=True)
class TableColumn:
    """The head of a column; `hint` says how its values are measured and which direction is better."""

    label: str
    hint: str = ""
    numeric: bool = False


@dataclass(frozen=True)
class TableRow:
    """A row of a table; `sources` are the ids of the benchmark's cells that its numbers come from."""

    cells: tuple[Cell, ...]
    sources: tuple[str, ...] = ()
    scope: Scope = ALL
    strong: bool = False


@dataclass(frozen=True)
class ReportTable:
    """Rows that can be sorted, filtered and exported. `id` is unique in the report: letters, digits and hyphens."""

    id: str
    caption: str
    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """Panels of one kind, and a table with the same numbers."""

    id: str
    caption: str
    panels: tuple[Panel, ...]
    twin: ReportTable
    note: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of text."""

    text: str


@dataclass(frozen=True)
class Notice:
    """A text that the reader must not miss."""

    text: str


@dataclass(frozen=True)
class Code:
    """Shell commands or Python code to copy."""

    text: str
    language: Literal["shell", "python"] = "shell"


@dataclass(frozen=True)
class Glossary:
    """Words and their meanings."""

    id: str
    items: tuple[tuple[str, str], ...]


Leaf = ReportTable | Chart | Paragraph | Notice | Code | Glossary


@dataclass(frozen=True)
class BlockGroup:
    """Blocks under a smaller heading, about one learner or kind of data; a `folded` group opens on demand."""

    title: str
    blocks: tuple[Leaf, ...]
    scope: Scope = ALL
    folded: bool = False


Block = Leaf | BlockGroup


@dataclass(frozen=True)
class Section:
    """A part of the report: a heading, a sentence on its content, and blocks."""

    id: str
    title: str
    lead: str
    blocks: tuple[Block, ...]
    short: str = ""
    """its name in the navigation bar, if shorter than the title"""


@dataclass(frozen=True)
class Headline:
    """The answer for one kind of data in one or two sentences, shown in the largest letters."""

    label: str
    text: str
    word: Word


@dataclass(frozen=True)
class Report:
    """The content of one page."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    """(number, what it counts)"""
    headlines: tuple[Headline, ...]
    sections: tuple[Section, ...]
    learners: tuple[str, ...]
    kinds: tuple[str, ...]
    notices: tuple[str, ...] = ()
    footer: str = ""
