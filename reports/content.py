"""What a report says, as data: sections of blocks. All is computed before it stands here; rendering only writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from longtail.reports.charts.panel import Panel
from longtail.reports.vocabulary import Form, Word


@dataclass(frozen=True)
class TextCell:
    """A cell of words; `href` a link inside the page or relative to it."""

    text: str
    hint: str = ""
    href: str = ""
    code: bool = False
    strong: bool = False


@dataclass(frozen=True)
class NumberCell:
    """A cell of one number; None where there is none, and then `hint` says why."""

    value: float | None
    form: Form = "score"
    hint: str = ""


@dataclass(frozen=True)
class IntervalCell:
    """A cell of a mean with its t interval over `n` values; without an interval where n is 1."""

    mean: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    form: Form = "score"
    scale: tuple[float, float] | None = None
    """the range over which the small bar beside the number is drawn; None: no bar"""
    mark: float | None = None
    """where the bar has a line to compare with: the baseline, zero"""
    hint: str = ""
    remark: str = ""
    """shown in place of the interval: why the number isn't to be compared; such a cell sorts last"""


@dataclass(frozen=True)
class VerdictCell:
    """A cell of a verdict and the difference that it rests on."""

    word: Word
    difference: IntervalCell
    hint: str = ""


@dataclass(frozen=True)
class TallyCell:
    """A cell of the strategies that got one verdict: those that matter with their difference, the rest by name."""

    word: Word
    number: int
    items: tuple[tuple[str, IntervalCell, str], ...] = ()
    """(strategy, difference, remark)"""
    rest: tuple[str, ...] = ()
    """those without a number of their own"""


Cell = TextCell | NumberCell | IntervalCell | VerdictCell | TallyCell


@dataclass(frozen=True)
class Scope:
    """What a row or block is about, so that the reader can ask for it alone; empty: about all."""

    learner: str = ""
    kind: Literal["", "generated", "real"] = ""


ALL = Scope()


@dataclass(frozen=True)
class TableColumn:
    """A head; `hint` says how it is measured and which way is better."""

    label: str
    hint: str = ""
    numeric: bool = False


@dataclass(frozen=True)
class TableRow:
    """Cells of a table; `sources` are the ids of the benchmark's cells that its numbers come from."""

    cells: tuple[Cell, ...]
    sources: tuple[str, ...] = ()
    scope: Scope = ALL
    strong: bool = False


@dataclass(frozen=True)
class ReportTable:
    """Rows that can be sorted, filtered and exported. `id` is unique in the report, letters and hyphens."""

    id: str
    caption: str
    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """Panels of one kind and the table with the same numbers."""

    id: str
    caption: str
    panels: tuple[Panel, ...]
    twin: ReportTable
    note: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Plain words."""

    text: str


@dataclass(frozen=True)
class Notice:
    """Words that must not be missed."""

    text: str


@dataclass(frozen=True)
class Code:
    """Something to copy: shell or Python."""

    text: str
    language: Literal["shell", "python"] = "shell"


@dataclass(frozen=True)
class Glossary:
    """Words and what they mean."""

    id: str
    items: tuple[tuple[str, str], ...]


Leaf = ReportTable | Chart | Paragraph | Notice | Code | Glossary


@dataclass(frozen=True)
class BlockGroup:
    """Blocks under a smaller heading, that are about one learner or kind of data; `folded` ones open on demand."""

    title: str
    blocks: tuple[Leaf, ...]
    scope: Scope = ALL
    folded: bool = False


Block = Leaf | BlockGroup


@dataclass(frozen=True)
class Section:
    """A heading with a sentence on what to read there."""

    id: str
    title: str
    lead: str
    blocks: tuple[Block, ...]
    short: str = ""
    """how it is called in the bar of links, if shorter than the title"""


@dataclass(frozen=True)
class Headline:
    """The answer for one kind of data, in a sentence or two, in the largest letters."""

    label: str
    text: str
    word: Word


@dataclass(frozen=True)
class Report:
    """One page."""

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
