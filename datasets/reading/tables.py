"""Reader for users' CSV and Parquet files; its errors say in one sentence why a file can't be read."""

from __future__ import annotations

import contextlib
import csv
import io
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from longtail.datasets.base import DatasetError
from longtail.datasets.reading.texts import ID, with_points

DELIMITERS = (",", ";", "\t", "|")
HEAD = 1 << 16
"""bytes that are read to recognise the type of a file"""
BLOCK = 200_000
"""rows that are held at a time where only some rows of a large file are kept"""
FOREIGN = {
    b"PK\x03\x04": "an Excel or zip file",
    b"\x1f\x8b": "a gzip file, to be unpacked first",
    b"BZh": "a bzip2 file, to be unpacked first",
    b"\xfd7zXZ": "an xz file, to be unpacked first",
    b"\x28\xb5\x2f\xfd": "a Zstandard file, to be unpacked first",
    b"7z\xbc\xaf": "a 7z file, to be unpacked first",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"SQLite": "an SQLite database",
    b"\x89HDF": "an HDF5 file",
    b"%PDF": "a PDF file",
    b"ARROW1": "an Arrow file",
    b"FEA1": "a Feather file",
    b"ORC": "an ORC file",
    b"Obj\x01": "an Avro file",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
}
FOREIGN_TEXT = {b"{": "JSON", b"[": "JSON", b"<": "HTML or XML"}
MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "<NA>")


def read(path: Path, target: str, only: tuple[str, ...] | None = None, names: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return the table of a file, or some of its columns; in the target column only an empty field is missing.

    The target, the columns of `names` and columns named like ids are texts, which keep every digit. `attrs` lists the
    columns that were read with decimal commas.

    Raises DatasetError where the path is not a file, the file is neither CSV nor Parquet, or it holds no table.
    """
    head = _head(path)
    if head.startswith(b"PAR1"):
        return _parquet(path, only, (target, *names))
    options = _options(path, target, only, names)
    with _in_words(path):
        rows: pd.DataFrame = pd.read_csv(path, **options)
    if not len(rows):
        raise DatasetError(f"{path} has a header but no rows")
    return _with_points(rows, options)


def read_rows(path: Path, target: str, rows: NDArray[np.int64], names: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return the rows at ascending positions, read block by block: memory grows with them, not with the file.

    Column types are inferred from these rows. Raises DatasetError as `read` does, also for a broken row that is not
    wanted.
    """
    head = _head(path)
    if head.startswith(b"PAR1"):
        return _parquet_rows(path, rows, (target, *names))
    options = _options(path, target, None, names)
    raw = options | {"dtype": str, "na_filter": False, "na_values": None, "chunksize": BLOCK}
    kept, start = [], 0
    with _in_words(path), pd.read_csv(path, **raw) as blocks:
        for block in blocks:
            low, high = np.searchsorted(rows, [start, start + len(block)])
            kept.append(block.iloc[rows[low:high] - start])
            start += len(block)
    # written and read again, so that types and gaps are found as in a file with only these rows
    text = io.StringIO()
    pd.concat(kept).to_csv(text, index=False, sep=options["sep"])
    text.seek(0)
    with _in_words(path):
        again: pd.DataFrame = pd.read_csv(text, **(options | {"skip_blank_lines": False}))
    return _with_points(again, options)


def _with_points(rows: pd.DataFrame, options: dict[str, Any]) -> pd.DataFrame:
    """Convert numbers with decimal commas, which a field can hold only where the comma is not the delimiter."""
    if options["sep"] == ",":
        return rows
    rows, turned = with_points(rows)
    rows.attrs["decimal commas"] = turned
    return rows


def _options(path: Path, target: str, only: tuple[str, ...] | None, texts: tuple[str, ...]) -> dict[str, Any]:
    """Return the options with which pandas reads a CSV file."""
    names, delimiter = header(path)
    return {
        "sep": delimiter,
        "encoding": "utf-8-sig",
        "dtype": {name: str for name in names if name in (target, *texts) or ID.search(name)},
        "header": 0,
        "names": names,
        "na_values": {name: [""] if name == target else list(MISSING) for name in names},
        "keep_default_na": False,
        "low_memory": False,
        "index_col": False,
        "usecols": None if only is None else [name for name in only if name in names],
    }


@contextlib.contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Turn the errors of pandas into DatasetErrors of one sentence."""
    try:
        with warnings.catch_warnings():
            # rows longer than the header would be cut with a warning
            warnings.simplefilter("error", pd.errors.ParserWarning)
            yield
    except UnicodeDecodeError as error:
        raise _no_utf8(path, error) from error
    except pd.errors.ParserWarning as error:
        names, delimiter = header(path)
        raise DatasetError(
            f"{path} has rows with more fields than its first line has names ({len(names)}): quote fields that hold a "
            f"{delimiter!r}, or name all columns"
        ) from error
    except (pd.errors.ParserError, ValueError) as error:
        raise DatasetError(f"{path} is not a table: {' '.join(str(error).split())}") from error


def header(path: Path) -> tuple[list[str], str]:
    """Return the column names and the delimiter of a CSV file; raises DatasetError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            if not first.strip():
                raise DatasetError(f"{path} has an empty first line, where the column names must be")
            file.seek(0)
            delimiter = max(DELIMITERS, key=lambda mark: _unquoted(first, mark))
            names = next(csv.reader(file, delimiter=delimiter))
    except UnicodeDecodeError as error:
        raise _no_utf8(path, error) from error
    except csv.Error as error:
        raise DatasetError(f"{path} is not a CSV file: {error}") from error
    return _different(path, [name or f"Unnamed: {place}" for place, name in enumerate(names)]), delimiter


def columns_of(path: Path) -> list[str]:
    """Return the column names of a file without reading its rows; raises DatasetError."""
    if _head(path).startswith(b"PAR1"):
        return _different(path, list(_opened(path).schema_arrow.names))
    return header(path)[0]


def _head(path: Path) -> bytes:
    """Return the first bytes of a file that may be a table; raises DatasetError for all others."""
    if path.is_dir():
        raise _folder(path)
    if not path.is_file():
        raise DatasetError(f"there is no file {path}: name a CSV or Parquet file")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise DatasetError(f"{path} can't be read: {error.strerror}") from error
    if not head.strip():
        raise DatasetError(
            f"{path} is empty: it must be a Parquet file, or a CSV file with column names in its first line"
        )
    kind = next((kind for magic, kind in FOREIGN.items() if head.startswith(magic)), None)
    if kind:
        raise DatasetError(f"{path} is {kind}: save it as CSV or Parquet")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DatasetError(f"{path} is UTF-16 text: convert it, for example with iconv -f utf-16 -t utf-8 IN > OUT")
    if not head.startswith(b"PAR1") and b"\0" in head:
        raise DatasetError(f"{path} is neither text nor Parquet: save it as CSV or Parquet")
    if kind := FOREIGN_TEXT.get(head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]):
        raise DatasetError(f"{path} looks like {kind}: save it as CSV or Parquet")
    return head


def _folder(path: Path) -> DatasetError:
    inside = sorted(each.name for each in path.iterdir() if each.suffix.lower() in {".csv", ".tsv", ".txt", ".parquet"})
    shown = ", ".join(inside[:5]) + (f" and {len(inside) - 5} more" if len(inside) > 5 else "")
    return DatasetError(f"{path} is a folder: name one CSV or Parquet file in it ({shown or 'it holds none'})")


def nested(path: Path, name: str) -> bool:
    """Return whether a column of a Parquet file holds lists or records."""
    if not _head(path).startswith(b"PAR1"):
        return False
    return bool(pa.types.is_nested(_opened(path).schema_arrow.field(name).type))


def _exact(table: Any, names: tuple[str, ...]) -> Any:
    """Return whole numbers of these columns, and of columns named like ids, as texts: floats with gaps lose digits."""
    for at, field in enumerate(table.schema):
        if pa.types.is_integer(field.type) and (field.name in names or ID.search(field.name)):
            table = table.set_column(at, field.name, table.column(at).cast(pa.string()))
    return table


def _parquet(path: Path, only: tuple[str, ...] | None, names: tuple[str, ...]) -> pd.DataFrame:
    opened = _opened(path)
    _different(path, list(opened.schema_arrow.names))
    wanted = None if only is None else [name for name in only if name in opened.schema_arrow.names]
    try:
        exact = _exact(opened.read(columns=wanted), names)
        rows: pd.DataFrame = exact.to_pandas(ignore_metadata=True, date_as_object=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _broken(path, error) from error
    if not len(rows):
        raise DatasetError(f"{path} has columns but no rows")
    return rows


def _parquet_rows(path: Path, rows: NDArray[np.int64], names: tuple[str, ...]) -> pd.DataFrame:
    opened = _opened(path)
    _different(path, list(opened.schema_arrow.names))
    kept, start = [], 0
    try:
        for block in opened.iter_batches(batch_size=BLOCK):
            low, high = np.searchsorted(rows, [start, start + block.num_rows])
            kept.append(block.take(pa.array(rows[low:high] - start)))
            start += block.num_rows
        exact = _exact(pa.Table.from_batches(kept), names)
        found: pd.DataFrame = exact.to_pandas(ignore_metadata=True, date_as_object=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _broken(path, error) from error
    return found


def _opened(path: Path) -> Any:
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _broken(path, error) from error


def _broken(path: Path, error: Exception) -> DatasetError:
    return DatasetError(f"{path} starts like a Parquet file but can't be read as one: {str(error).splitlines()[0]}")


def _no_utf8(path: Path, error: UnicodeDecodeError) -> DatasetError:
    return DatasetError(
        f"{path} is not UTF-8 text (byte 0x{error.object[error.start]:02x}): convert it, for example with "
        "iconv -f latin1 -t utf-8 IN > OUT (or -f gb18030, -f shift_jis)"
    )


def _different(path: Path, names: list[str]) -> list[str]:
    twice = [str(name) for name, number in Counter(names).items() if number > 1]
    if twice:
        raise DatasetError(f"{path} has more than one column called {', '.join(map(repr, twice))}: rename them")
    return names


def _unquoted(line: str, mark: str) -> int:
    """Count the occurrences of a delimiter outside double quotes."""
    return sum(part.count(mark) for part in line.split('"')[::2])
