"""The data of the run: one card per dataset."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from longtail.bench.cells import Cell, digest
from longtail.bench.errors import LongtailError, StoreError
from longtail.bench.registry import source_named
from longtail.bench.seeds import seed_for
from longtail.bench.store import write_text
from longtail.bench.summary.view import View, slug
from longtail.datasets.base import Card, DatasetError
from longtail.reports.content import (
    Block,
    BlockGroup,
    Glossary,
    Notice,
    NumberCell,
    ReportTable,
    Scope,
    Section,
    TableColumn,
    TableRow,
    TextCell,
)


def section(view: View) -> Section:
    """Return a table of sizes, and one card per dataset."""
    cells = {planned.cell.dataset: planned.cell for planned in view.run.planned}
    blocks: list[Block] = [_sizes(view)]
    for dataset in view.datasets():
        try:
            body: tuple[Glossary | Notice, ...] = (_terms(dataset, card_of(view, cells[dataset])),)
        except (DatasetError, LongtailError) as error:
            body = (Notice(f"The card of {dataset} is not available: {error}"),)
        blocks.append(BlockGroup(dataset, body, Scope("", view.kind_of(dataset)), folded=True))
    return Section("data", "Data", "Where the rows come from, what the class is, and known traps.", tuple(blocks))


def card_of(view: View, cell: Cell) -> Card:
    """Return the card of a cell's dataset; runs/cards is its cache, because generated data must be drawn for it.

    Raises StoreError if the cached card is corrupt.
    """
    path = view.run.store.root / "cards" / f"{digest([cell.dataset, cell.data])}.json"
    if path.is_file():
        try:
            values: dict[str, Any] = json.loads(path.read_text())
            return Card(**values | {"traps": tuple(values["traps"])})
        except (ValueError, TypeError, KeyError) as error:
            raise StoreError(f"{path} is corrupt ({error}); remove it") from error
    card = source_named(cell.dataset).load(seed_for(cell.seed, "data")).card
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(dataclasses.asdict(card) | {"facts": dict(card.facts)}, ensure_ascii=False))
    return card


def _terms(dataset: str, card: Card) -> Glossary:
    items = [
        ("title", card.title),
        ("a row is", card.row),
        ("the class is", card.label),
        ("source", card.source),
        ("licence", card.licence),
        ("checksum", card.checksum),
        *card.facts.items(),
        *(("trap", trap) for trap in card.traps),
    ]
    return Glossary(f"card-{slug(dataset)}", tuple((name, str(text)) for name, text in items if text))


def _sizes(view: View) -> ReportTable:
    rows = []
    for dataset in view.datasets():
        cells = view.done[view.done["dataset"] == dataset]
        counts = [cells[name].dropna() for name in COUNTS]
        numbers = (NumberCell(float(values.iloc[0]) if len(values) else None, "count") for values in counts)
        rows.append(
            TableRow(
                (TextCell(dataset), TextCell(view.kind_of(dataset)), *numbers, _imbalance(view, dataset)),
                scope=view.scope(dataset),
            )
        )
    columns = (
        TableColumn("Dataset"),
        TableColumn("Data"),
        *(TableColumn(head, hint, True) for head, hint in COUNTS.values()),
        IMBALANCE,
    )
    note = "Counts of the first seed."
    return ReportTable("sizes", "Rows and classes", columns, tuple(rows), note)


COUNTS = {
    "rows_train": ("Training rows", "validation rows not counted"),
    "rows_test": ("Test rows", ""),
    "classes": ("Classes", ""),
    "classes_scored": ("in the macro mean", "classes with enough test rows"),
    "classes_pooled": ("pooled", "classes of real data with under 10 test rows"),
    "classes_over_100": ("over 100 rows", "classes by training rows"),
    "classes_20_to_100": ("20 to 100", "classes by training rows"),
    "classes_under_20": ("under 20", "classes by training rows"),
}
IMBALANCE = TableColumn("Imbalance", "training rows of the largest class over those of the smallest", True)


def _imbalance(view: View, dataset: str) -> NumberCell:
    rows = view.frames.per_class
    counts = rows.loc[(rows["dataset"] == dataset) & (rows["train_count"] > 0), "train_count"]
    return NumberCell(float(counts.max() / counts.min()) if len(counts) else None, "ratio")
