"""A profile as the content of a page with charts."""

from __future__ import annotations

from pathlib import Path

from longtail.bench.evaluation.bands import BANDS
from longtail.bench.profile.advice import advice_for
from longtail.bench.profile.chart_blocks import class_sizes, gap_bars, long_tail, shares, spread_table, strength, told
from longtail.bench.profile.drift import moment
from longtail.bench.profile.profile import DatasetProfile
from longtail.bench.profile.table_blocks import columns_table
from longtail.bench.profile.zipf import Zipf
from longtail.bench.store import write_text
from longtail.reports.content import Block, Glossary, Notice, Paragraph, Section
from longtail.reports.profile import ProfilePage, Remark, html


def write_page(profile: DatasetProfile, path: Path) -> Path:
    """Write the page as a whole and return its path.

    Raises StoreError if it can't be written.
    """
    write_text(path, html(page_of(profile)), sync=False)
    return path


def page_of(profile: DatasetProfile) -> ProfilePage:
    """Return all content of the page."""
    found = advice_for(profile)
    sections = (
        _classes(profile),
        _spread(profile),
        _leakage(profile),
        _duplicates(profile),
        _time(profile),
        _columns(profile),
        _card(profile),
    )
    return ProfilePage(
        title=profile.card.title,
        subtitle=_subtitle(profile),
        facts=_facts(profile),
        remarks=tuple(Remark(each.kind, each.fact, each.so, each.strategies, each.source) for each in found),
        sections=tuple(section for section in sections if section is not None),
        footer="longtail data describe. The numbers are counts and measures; the page contains no row of the data "
        "and needs no network.",
    )


def _subtitle(profile: DatasetProfile) -> str:
    parts = [f"A row: {profile.card.row}. The class: {profile.card.label}."]
    if profile.drawn:
        parts.append(f"Looked at: {profile.drawn}. A run uses {profile.in_a_run}.")
    if profile.generated:
        parts.append(f"Generated, seed {profile.seed}; counts are without the test rows.")
    return " ".join(parts)


def _facts(profile: DatasetProfile) -> tuple[tuple[str, str], ...]:
    numbers = (
        (f"{profile.rows:,}", "rows"),
        (f"{len(profile.features):,}", "columns"),
        (f"{profile.spread.categories:,}", "classes"),
        (f"{profile.spread.imbalance_ratio:,.4g}", "imbalance ratio"),
        (f"{profile.spread.least:,}", "rows of the rarest class"),
        (f"{profile.spread.effective:,.2f}", "effective classes"),
    )
    suspects = sum(clue.suspect for clue in profile.clues)
    return (*numbers, (str(suspects), "leakage suspect" if suspects == 1 else "leakage suspects"))


def _classes(profile: DatasetProfile) -> Section:
    sizes, cuts = profile.by_size, profile.cuts
    bands = ", ".join(f"{band} {len(profile.band(band)):,}" for band in BANDS)
    law = profile.spread.zipf
    items = [
        ("bands", f"{bands}: head holds at least {cuts.head:.0%} of the rows, tail at most {cuts.tail:.0%}"),
        ("classes by rows", "{:,} over 100, {:,} of 20 to 100, {:,} under 20".format(*sizes.values())),
        ("Gini", f"{profile.spread.gini:.3f} (0: all equal)"),
        ("effective number", f"{profile.spread.effective:.2f}: exp of the entropy of the shares"),
    ]
    if law is not None:
        items.append(("Zipf exponent", f"{law.exponent:.3f} [{law.low:.3f}, {law.high:.3f}], {_closeness(law)}"))
    lead = "How many rows each class has, and into which band it falls."
    return Section("classes", "Classes", lead, (Glossary("class-terms", tuple(items)), class_sizes(profile)))


def _closeness(law: Zipf) -> str:
    return f"{'close to' if law.close else 'far from'} the counts of the first {law.ranks:,} ranks"


def _spread(profile: DatasetProfile) -> Section:
    blocks: list[Block] = []
    if profile.ids or profile.spread.categories > 2:
        blocks.append(long_tail(profile))
    if not profile.ids:
        blocks.append(Paragraph("No column has 50 different values or more that repeat, and no group is known."))
    lead = (
        "Classes, users, and columns with many different values. Gini is 0 if all are equal and 1 if one has all rows. "
        "In a Zipf law, shares are proportional to rank ** -exponent; its 95 % interval is wider if counts don't fit."
    )
    return Section("spread", "Items, users and the long tail", lead, (*blocks, spread_table(profile)), "Long tail")


def _leakage(profile: DatasetProfile) -> Section:
    suspects = [clue.column for clue in profile.clues if clue.suspect]
    notice: tuple[Block, ...] = ()
    if suspects:
        words = f"Suspect: {', '.join(suspects)}. Such a column may have been written after the outcome."
        notice = (Notice(words),)
    lead = (
        "The information about the class in one column alone, on held-out rows: the share of the uncertainty (entropy) "
        "that the column removes. From 0.7 on a column is suspect. A value that occurs once has no information about "
        "other rows, so a unique id is not suspect."
    )
    return Section("leakage", "Columns that give the class away", lead, (*notice, told(profile)), "Leakage")


def _duplicates(profile: DatasetProfile) -> Section:
    found = profile.duplicates
    items = (
        ("rows", f"{found.rows:,}"),
        ("features occur more than once", f"{found.repeated:,} rows ({found.repeated / found.rows:.2%})"),
        ("of these with more than one class", f"{found.across:,} rows in {found.sets:,} sets of the same features"),
        ("accuracy on these rows, at most", f"{found.bound:.3%}: in each set the most frequent class is right"),
        *((("not compared", f"{', '.join(found.left_out)}: every row has its own value"),) if found.left_out else ()),
    )
    lead = "Rows with the same features but different classes: no classifier on these features gets all of them right."
    return Section("duplicates", "Duplicates across classes", lead, (Glossary("duplicate-terms", items),), "Duplicates")


def _time(profile: DatasetProfile) -> Section | None:
    if profile.drift is None:
        return None
    starts = [moment(start) for start in profile.drift.starts]
    change = profile.drift.classes
    words = Paragraph(
        f"{len(starts)} windows of about {min(profile.drift.rows):,} rows; the first begins at {starts[0]}, the last "
        f"at {starts[-1]}. Class shares over windows: Cramér's V {change.v:.3f} [{change.low:.3f}, {change.high:.3f}], "
        f"{_seen(change.word)}."
    )
    lead = (
        "Class shares with Wilson's 95 % interval, and how much each column depends on the window (Cramér's V, 0 not "
        "at all, 1 completely). Intervals assume independent rows; columns derived from the time change by definition."
    )
    return Section("time", "Drift over time", lead, (words, shares(profile.drift), strength(profile.drift)), "Drift")


def _columns(profile: DatasetProfile) -> Section:
    gaps = [feature for feature in profile.features if feature.missing]
    blocks: list[Block] = [gap_bars(gaps)] if gaps else [Paragraph("No value is missing.")]
    blocks.append(columns_table(profile))
    return Section("columns", "Columns and missing values", "Every column as it is read.", tuple(blocks), "Columns")


def _card(profile: DatasetProfile) -> Section:
    card = profile.card
    items = [
        ("source", card.source),
        ("licence", card.licence),
        ("checksum", card.checksum),
        ("rows of one split", f"{profile.train_rows:,} to learn and validate, {profile.test_rows:,} to test"),
        ("known beside features and class", ", ".join(profile.known)),
        *card.facts.items(),
        *(("beware", trap) for trap in card.traps),
    ]
    terms = Glossary("card-terms", tuple((word, text) for word, text in items if text))
    return Section("card", "Card", "Where the rows come from.", (terms,))


def _seen(word: str) -> str:
    return "no change seen" if word == "none seen" else f"a {word} change"
