"""A profile as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from longtail.bench.profile.advice import advice_for
from longtail.bench.profile.concentration import Concentration
from longtail.bench.profile.profile import DatasetProfile

SHOWN = 20
FEW = 8
BAR = 30
"""characters of the longest bar"""


def lines_of(profile: DatasetProfile) -> Iterator[str]:
    """Yield the lines that a terminal shows."""
    card = profile.card
    yield f"{profile.name}: {card.title}"
    yield (
        f"{profile.rows:,} rows ({profile.train_rows:,} to train and validate on, {profile.test_rows:,} to test), "
        f"{len(profile.features)} columns, {len(profile.classes):,} classes, imbalance ratio "
        f"{profile.spread.imbalance_ratio:.4g}"
    )
    if profile.drawn:
        yield f"looked at: {profile.drawn}"
        yield f"a run uses: {profile.in_a_run}"
    yield "known: " + (", ".join(profile.known) or "features and class only")
    yield f"a row: {card.row}"
    yield f"the class: {card.label}"
    yield f"source: {card.source}; licence: {card.licence}"
    yield from (f"beware: {trap}" for trap in card.traps)
    yield from (f"{key}: {value}" for key, value in card.facts.items())
    yield from _classes(profile)
    yield from _spread(profile)
    yield from _columns(profile)
    yield from _time(profile)
    yield from _advice(profile)


def _classes(profile: DatasetProfile) -> Iterator[str]:
    yield ""
    yield "classes"
    yield (
        f"  bands, head {profile.cuts.head:.0%} and tail {profile.cuts.tail:.0%} of the rows: "
        + ", ".join(f"{band} {len(profile.band(band))}" for band in ("head", "medium", "tail"))
        + "; over 100 rows, 20 to 100, under 20: "
        + ", ".join(str(count) for count in profile.by_size.values())
    )
    most = max(each.rows for each in profile.classes)
    for each in profile.classes[:SHOWN]:
        bar = "█" * max(1, round(BAR * each.rows / most)) if each.rows else ""
        yield f"  {each.band:6s} {each.rows:10,d} {each.share:9.3%}  {bar:{BAR}s}  {each.name}"
    if (left := len(profile.classes) - SHOWN) > 0:
        yield f"  and {left:,} more classes, the rarest with {profile.classes[-1].rows:,} rows"


def _spread(profile: DatasetProfile) -> Iterator[str]:
    yield ""
    yield "how rows are spread"
    for each in (profile.spread, *profile.ids):
        yield f"  {each.name}: {spread_sentence(each)}"


def spread_sentence(each: Concentration) -> str:
    """Return the measures of one set of counts in one line."""
    law = "no Zipf law can be fitted (fewer than 5 ranks of 30 rows)"
    if each.zipf is not None:
        law = (
            f"Zipf exponent {each.zipf.exponent:.3f} [{each.zipf.low:.3f}, {each.zipf.high:.3f}] over "
            f"{each.zipf.ranks:,} ranks, {'close to' if each.zipf.close else 'far from'} the counts (distance "
            f"{each.zipf.distance:.3f})"
        )
    return (
        f"{each.categories:,} different, {each.most:,} to {each.least:,} rows (ratio {each.imbalance_ratio:,.4g}), "
        f"Gini {each.gini:.3f}, effective number {each.effective:,.1f}, the top hundredth holds {each.top_share:.1%}, "
        f"{law}"
    )


def _columns(profile: DatasetProfile) -> Iterator[str]:
    found = profile.duplicates
    yield ""
    yield "duplicates"
    yield (
        f"  {found.repeated:,} of {found.rows:,} rows have features that occur more than once; {found.across:,} of "
        f"them occur with more than one class, so accuracy on these rows is at most {found.bound:.3%}"
    )
    if found.left_out:
        yield f"  not compared, since every row has its own value: {', '.join(found.left_out)}"
    yield ""
    yield "leakage: share of the uncertainty about the class that a column alone removes on held-out rows"
    for clue in profile.clues[:FEW]:
        mark = "!" if clue.suspect else " "
        yield f" {mark} {clue.explained:7.3f} (shuffled labels: at most {clue.chance:.3f})  {clue.column}: {clue.word}"
    if (left := len(profile.clues) - FEW) > 0:
        yield f"  and {left} more columns that tell less"
    for each in profile.mentions:
        yield f"   {each.column} holds the name of the row's class in {each.share:.0%} of the rows"
    gaps = sorted((each for each in profile.features if each.missing), key=lambda each: -each.missing)
    yield ""
    yield "missing values" + ("" if gaps else ": none")
    for gap in gaps[:SHOWN]:
        tied = f", more in some classes (Cramér's V {gap.tied:.3f})" if gap.tied else ""
        yield f"  {gap.missing:7.2%}  {gap.name}{tied}"


def _time(profile: DatasetProfile) -> Iterator[str]:
    yield ""
    if profile.drift is None:
        yield (
            "drift over time: no time is known" if "time" not in profile.known else "drift: all rows have the same time"
        )
        return
    yield f"drift over time: {len(profile.drift.rows)} windows of {min(profile.drift.rows):,} rows or more"
    for change in (profile.drift.classes, *profile.drift.columns[:FEW]):
        yield (
            f"  {change.word:9s} V {change.v:.3f} [{change.low:.3f}, {change.high:.3f}]  "
            f"{'the class shares' if change is profile.drift.classes else change.column}"
        )


def _advice(profile: DatasetProfile) -> Iterator[str]:
    found = advice_for(profile)
    yield ""
    yield "what that means for the choice of strategies" + ("" if found else ": nothing stands out")
    for each in found:
        names = f" Look at: {', '.join(each.strategies)}." if each.strategies else ""
        source = f" ({each.source})" if each.source else ""
        yield f"  {each.kind}: {each.fact} {each.so}{names}{source}"
