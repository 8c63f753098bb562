"""Reads CSV and Parquet files of users, and says in one sentence what is wrong with those that it can't read."""

from __future__ import annotations

import csv
import re
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from longtail.datasets.base import DatasetError

DELIMITERS = (",", ";", "\t")
HEAD = 1 << 16
"""bytes that are looked at to tell what kind of file it is"""
FOREIGN = {
    b"PK\x03\x04": "an Excel or zip file",
    b"\x1f\x8b": "a gzip file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"SQLite": "an SQLite database",
    b"\x89HDF": "an HDF5 file",
    b"%PDF": "a PDF file",
    b"ARROW1": "an Arrow file",
}
MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "<NA>")


def read(path: Path, target: str, only: tuple[str, ...] | None = None) -> pd.DataFrame:
    """The table of a file, or some of its columns; in the target column only an empty field is missing.

    Raises DatasetError for what is no file, no CSV or Parquet, or no table.
    """
    head = _head(path)
    if head.startswith(b"PAR1"):
        return _parquet(path, only)
    names, delimiter = header(path)
    gaps = {name: [""] if name == target else list(MISSING) for name in names}
    decimal = "," if delimiter == ";" and re.search(rb";-?\d+,\d+[;\r\n]", head) else "."
    try:
        with warnings.catch_warnings():
            # rows longer than the header would be cut with a warning
            warnings.simplefilter("error", pd.errors.ParserWarning)
            rows = pd.read_csv(
                path,
                sep=delimiter,
                encoding="utf-8-sig",
                decimal=decimal,
                na_values=gaps,
                keep_default_na=False,
                low_memory=False,
                index_col=False,
                usecols=None if only is None else [name for name in only if name in names],
            )
    except UnicodeDecodeError as error:
        raise _no_utf8(path, error) from error
    except pd.errors.ParserWarning as error:
        raise DatasetError(
            f"{path} has rows with more fields than its first line has names ({len(names)}): quote fields that hold a "
            f"{delimiter!r}, or name all columns"
        ) from error
    except (pd.errors.ParserError, ValueError) as error:
        raise DatasetError(f"{path} is no table: {str(error).strip()}") from error
    if not len(rows):
        raise DatasetError(f"{path} has a header and no rows")
    return rows


def header(path: Path) -> tuple[list[str], str]:
    """Column names and delimiter of a CSV file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            if not first.strip():
                raise DatasetError(f"{path} is empty in its first line, where the column names should be")
            file.seek(0)
            delimiter = max(DELIMITERS, key=lambda mark: _unquoted(first, mark))
            names = next(csv.reader(file, delimiter=delimiter))
    except UnicodeDecodeError as error:
        raise _no_utf8(path, error) from error
    except csv.Error as error:
        raise DatasetError(f"{path} is no CSV file: {error}") from error
    return _different(path, names), delimiter


def columns_of(path: Path) -> list[str]:
    """Column names, without reading the rows."""
    if _head(path).startswith(b"PAR1"):
        return _different(path, list(_opened(path).schema_arrow.names))
    return header(path)[0]


def _head(path: Path) -> bytes:
    """The first bytes of a file that may be a table."""
    if path.is_dir():
        raise DatasetError(f"{path} is a folder: name one CSV or Parquet file in it")
    if not path.is_file():
        raise DatasetError(f"there is no file {path}: name a CSV or Parquet file")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise DatasetError(f"{path} can't be read: {error.strerror}") from error
    if not head.strip():
        raise DatasetError(
            f"{path} is empty: a CSV file with column names in its first line, or a Parquet file, is needed"
        )
    kind = next((kind for magic, kind in FOREIGN.items() if head.startswith(magic)), None)
    if kind:
        raise DatasetError(f"{path} is {kind}: save it as CSV or Parquet")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DatasetError(f"{path} is UTF-16 text: convert it, as with iconv -f utf-16 -t utf-8 IN > OUT")
    if not head.startswith(b"PAR1") and b"\0" in head:
        raise DatasetError(f"{path} is neither text nor Parquet: save it as CSV or Parquet")
    return head


def _parquet(path: Path, only: tuple[str, ...] | None) -> pd.DataFrame:
    opened = _opened(path)
    _different(path, list(opened.schema_arrow.names))
    wanted = None if only is None else [name for name in only if name in opened.schema_arrow.names]
    try:
        rows: pd.DataFrame = opened.read(columns=wanted).to_pandas(ignore_metadata=True, date_as_object=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _broken(path, error) from error
    if not len(rows):
        raise DatasetError(f"{path} has columns and no rows")
    return rows


def _opened(path: Path) -> Any:
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _broken(path, error) from error


def _broken(path: Path, error: Exception) -> DatasetError:
    return DatasetError(f"{path} begins like Parquet and can't be read as such: {str(error).splitlines()[0]}")


def _no_utf8(path: Path, error: UnicodeDecodeError) -> DatasetError:
    return DatasetError(
        f"{path} is not UTF-8 text (byte 0x{error.object[error.start]:02x}): convert it, as with "
        "iconv -f latin1 -t utf-8 IN > OUT (or -f gb18030, -f shift_jis)"
    )


def _different(path: Path, names: list[str]) -> list[str]:
    twice = [str(name) for name, number in Counter(names).items() if number > 1]
    if twice:
        raise DatasetError(f"{path} has more than one column called {', '.join(map(repr, twice))}: rename them")
    return names


def _unquoted(line: str, mark: str) -> int:
    """How often a mark stands outside double quotes."""
    return sum(part.count(mark) for part in line.split('"')[::2])
