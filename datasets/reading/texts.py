"""Interpretation of texts in a user's table: whole numbers of any length, decimal commas, dates by day or by month."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from longtail.datasets.base import DatasetError

ID = re.compile(r"(?i:(^|[\W_])(ids?|uuid|sku|asin|hash|zip|postcode)$)|(?<=[a-z])I[dD]$|编号|编码|代码")
"""names of columns whose whole numbers are identifiers, not quantities"""
WHOLE = r"-?(0|[1-9]\d*)"
PADDED = r"-?0\d+"
COMMA = r"-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?"
"""a number with a decimal comma, with or without points between thousands"""
NUMERIC_DATE = r"\s*(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})\b.*"
MOSTLY = 0.95
"""share of numbers among the texts from which a column counts as numeric with a few words in it"""


def is_text(values: pd.Series) -> bool:
    """Return whether the values that are there are texts."""
    known = values.dropna()
    return bool(len(known)) and isinstance(known.iloc[0], str)


def with_points(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return the table with columns of decimal commas as numbers, and the names of these columns."""
    turned = {}
    for name in rows.columns:
        if not is_text(rows[name]):
            continue
        texts = rows[name].dropna().astype(str).str.strip()
        if "," in texts.iloc[:1000].str.cat() and texts.str.fullmatch(COMMA).all():
            plain = texts.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
            turned[name] = plain.astype(np.float64).reindex(rows.index)
    return rows.assign(**turned) if turned else rows, [str(name) for name in turned]


def settled_classes(values: pd.Series) -> pd.Series:
    """Return classes as numbers where all texts are numbers; whole numbers stay exact, leading zeros stay texts."""
    if not is_text(values):
        return values
    known = values.dropna().astype(str)
    if known.str.fullmatch(WHOLE).all():
        return known.map(int).astype(object).reindex(values.index)
    if known.str.fullmatch(PADDED).any():
        return values
    number = pd.to_numeric(known, errors="coerce")
    return number.reindex(values.index) if number.notna().all() else values


def quantities(values: pd.Series) -> pd.Series:
    """Return the numbers in a column where all or nearly all values are numbers, else an empty series."""
    known = values.dropna()
    if known.map(lambda value: isinstance(value, bool | np.bool_)).all():
        return known.iloc[:0].astype(np.float64)
    number = pd.to_numeric(known.astype(str) if is_text(known) else known, errors="coerce").astype(np.float64)
    number = number[np.isfinite(number)]
    padded = is_text(known) and bool(known.astype(str).str.fullmatch(PADDED).any())
    return number if len(number) >= MOSTLY * len(known) and not padded else number.iloc[:0]


def dates(values: pd.Series, place: str) -> pd.Series:
    """Return texts as points in time, NaT where one is not a date; the whole column decides if day or month is first.

    Raises DatasetError where the column shows no order of day and month, or shows both.
    """
    parts = values.astype(str).str.extract(NUMERIC_DATE)[[0, 1]].astype(np.float64)
    if parts[0].isna().all():
        return pd.to_datetime(values, errors="coerce", utc=True, format="mixed")
    by_day, by_month = bool((parts[0] > 12).any()), bool((parts[1] > 12).any())
    if by_day == by_month:
        row = int(np.flatnonzero(parts[0].notna())[0])
        what = "dates in both orders of day and month" if by_day else "dates whose order of day and month is not clear"
        raise DatasetError(
            f"the column {values.name!r} of {place} holds {what}, such as {values.iloc[row]!r} (row {row + 1}): write "
            "them as 2025-01-31"
        )
    return pd.to_datetime(values, errors="coerce", utc=True, format="mixed", dayfirst=by_day)
