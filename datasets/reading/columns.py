"""Features of a user's table: dates are detected, every column gets a plain type, every dropped column is reported."""

from __future__ import annotations

import decimal
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from longtail.datasets.base import DatasetError
from longtail.datasets.reading.texts import ID, dates, is_text

DATE = r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?"


def features(rows: pd.DataFrame, place: str) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return numeric, boolean, date and category columns, and facts about them for the card.

    Raises DatasetError where no column is left.
    """
    empty = [str(name) for name in rows.columns if rows[name].isna().all()]
    told = {"columns without a value": f"left out: {', '.join(empty)}"} if empty else {}
    kept = {str(name): _settled(rows[name]) for name in rows.columns if str(name) not in empty}
    named = [name for name, values in kept.items() if _is_id(values)]
    kept |= {name: _counted(kept[name]) for name in named}
    if not kept:
        raise DatasetError(f"{place} has no column with values besides its target: nothing can be learned from it")
    if named:
        told["numbers taken as names"] = f"{', '.join(named)}: by what the column is called"
    dates = [name for name, values in kept.items() if types.is_datetime64_any_dtype(values.dtype)]
    if dates:
        told["dates"] = ", ".join(dates)
    gaps = {name: values.isna().mean() for name, values in kept.items() if values.isna().any()}
    if gaps:
        most = sorted(gaps.items(), key=lambda pair: -pair[1])
        listed = ", ".join(f"{name} {share:.1%}" for name, share in most[:10])
        told["missing values"] = listed + (f" and {len(most) - 10} more columns" if len(most) > 10 else "")
    return pd.DataFrame(kept), told


def seconds(values: pd.Series, place: str) -> NDArray[np.float64]:
    """Return a column of numbers or dates as seconds (n,); raises DatasetError for a missing or other value."""
    if gaps := int(values.isna().sum()):
        raise DatasetError(
            f"the time column {values.name!r} of {place} lacks a value in {gaps:,} rows: fill or remove them"
        )
    if types.is_numeric_dtype(values.dtype) and not types.is_bool_dtype(values.dtype):
        return _finite(values, place)
    if is_text(values) and not _is_date(values):
        when = dates(values, place)
    else:
        when = pd.to_datetime(values, errors="coerce", utc=True, format="ISO8601" if _is_date(values) else "mixed")
    if when.isna().any():
        row = int(np.flatnonzero(when.isna().to_numpy())[0])
        raise DatasetError(
            f"the time column {values.name!r} of {place} holds {values.iloc[row]!r} (row {row + 1}), which is neither "
            "a number nor a date such as 2025-01-31 or 2025-01-31 18:05:00"
        )
    return np.asarray((when - pd.Timestamp(0, tz="UTC")).dt.total_seconds(), np.float64)


def _finite(values: pd.Series, place: str) -> NDArray[np.float64]:
    when = values.to_numpy(np.float64)
    if not np.isfinite(when).all():
        row = int(np.flatnonzero(~np.isfinite(when))[0])
        raise DatasetError(
            f"the time column {values.name!r} of {place} holds {when[row]} (row {row + 1}): a time is a finite number "
            "or a date"
        )
    return when


def moments(values: pd.Series, when: NDArray[np.float64], taken: Iterable[str]) -> dict[str, NDArray[np.float32]]:
    """Return hour and weekday (n,) of a column of dates, under names that are free; a numeric column has none."""
    if types.is_numeric_dtype(values.dtype):
        return {}
    hours = np.floor(when / 3600)
    # 1 January 1970 was a Thursday, day 3 of a week in which Monday is 0
    weekday = (np.floor(hours / 24) + 3) % 7
    own = set(taken)
    return {
        _free(f"{values.name} hour", own): (hours % 24).astype(np.float32),
        _free(f"{values.name} weekday", own): weekday.astype(np.float32),
    }


def _free(name: str, taken: set[str]) -> str:
    """Return the name, or a longer one that tells its origin where a column already has the name."""
    while name in taken:
        name = f"{name} (of the time)"
    return name


def _is_id(values: pd.Series) -> bool:
    """Return whether a column is named like an id and holds whole numbers, or categories of whole numbers."""
    if not ID.search(str(values.name)):
        return False
    if isinstance(values.dtype, pd.CategoricalDtype):
        return bool(pd.Series(values.cat.categories.astype(str)).str.fullmatch(r"-?\d+").all())
    if not types.is_float_dtype(values.dtype):
        return False
    known = values.to_numpy(np.float64)
    known = known[~np.isnan(known)]
    return bool((known == np.floor(known)).all())


def _counted(values: pd.Series) -> pd.Series:
    """Return whole numbers as categories."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values
    codes, numbers = pd.factorize(values)
    names = pd.Index([f"{number:.0f}" for number in np.asarray(numbers)], dtype=object)
    return pd.Series(pd.Categorical.from_codes(codes, names), index=values.index, name=values.name)


def _settled(values: pd.Series) -> pd.Series:
    """Return a column as a plain type: number, boolean, date or category."""
    kind = values.dtype
    if types.is_bool_dtype(kind) and values.isna().any():
        return _named(values.astype(object))
    if types.is_numeric_dtype(kind) and not types.is_bool_dtype(kind):
        # whole numbers with gaps, or of another package's type, become floats too
        return values if kind in (np.float32, np.float64) else values.astype(np.float64)
    plain = (types.is_bool_dtype, types.is_datetime64_any_dtype, types.is_timedelta64_dtype)
    if isinstance(kind, pd.CategoricalDtype) or any(test(kind) for test in plain):
        return values
    return _named(values)


def _named(values: pd.Series) -> pd.Series:
    """Return texts and objects as dates or decimals where they are such, all else as categories by its text."""
    first = values.dropna().iloc[0]
    if isinstance(first, decimal.Decimal):
        return values.astype(np.float64)
    if isinstance(first, str) and ID.search(str(values.name)):
        return _exact(values)
    if isinstance(first, str) and _is_date(values):
        when = pd.to_datetime(values, errors="coerce", utc=True, format="ISO8601")
        if when.notna().sum() == values.notna().sum():
            return when.dt.tz_localize(None)
    plain = values if isinstance(values.dtype, pd.StringDtype) else values.map(str, na_action="ignore")
    return plain.astype("category")


def _exact(values: pd.Series) -> pd.Series:
    """Return an id column that was read as text: whole numbers keep all their digits, other numbers become floats."""
    known = values.dropna().astype(str)
    if not known.str.fullmatch(r"-?\d+(\.0+)?").all():
        number = pd.to_numeric(known, errors="coerce")
        if number.notna().all():
            return number.reindex(values.index).astype(np.float64)
        return values.astype("category")
    return known.str.replace(r"\.0+$", "", regex=True).reindex(values.index).astype("category")


def _is_date(values: pd.Series) -> bool:
    """Return whether a column holds dates, or texts that all look like ISO dates."""
    texts = values.dropna()
    if not isinstance(texts.iloc[0], str):
        return types.is_datetime64_any_dtype(values.dtype)
    return bool(texts.iloc[:100].str.fullmatch(DATE).all()) and bool(texts.str.fullmatch(DATE).all())
