"""Tables in the format of KEEL's `.dat` files: declared attributes, then comma-separated rows."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longtail.datasets.base import DatasetError

ATTRIBUTE = re.compile(r"@attribute\s+(?:'([^']+)'|([^\s{]+))\s*(\{[^}]*\}|\w+)", re.IGNORECASE)
MISSING = ["?", "<null>", ""]


@dataclass(frozen=True, eq=False)
class KeelTable:
    """Rows of a file that have a class, in its order. `X` has numbers and categories, `y` texts."""

    X: pd.DataFrame
    y: pd.Series


def parsed_keel(text: str, where: str) -> KeelTable:
    """Parse the text of a file; the class is the attribute that `@outputs` names, else the last one.

    Raises DatasetError where the text is not in this format, has no rows, or has a text in a column of numbers.
    """
    head, mark, body = _split(text)
    kinds = {a or b: kind for a, b, kind in ATTRIBUTE.findall(head)}
    if not mark or len(kinds) < 2:
        raise DatasetError(f"{where} is not a KEEL file: it needs two lines with @attribute and one with @data")
    try:
        rows = pd.read_csv(
            io.StringIO(body),
            header=None,
            names=list(kinds),
            dtype=str,
            na_values=MISSING,
            keep_default_na=False,
            skipinitialspace=True,
            index_col=False,
        )
    except pd.errors.ParserError as error:
        raise DatasetError(f"the rows of {where} can't be read: {str(error).strip()}") from error
    if not len(rows):
        raise DatasetError(f"{where} has no rows below @data")
    label = re.search(r"^@outputs?\s+(.+?)\s*$", head, re.IGNORECASE | re.MULTILINE)
    target = label[1] if label and label[1] in kinds else list(kinds)[-1]
    rows = rows.apply(lambda column: column.str.strip())
    rows = rows[rows[target].notna()].reset_index(drop=True)
    columns = {name: _column(rows[name], kind, where) for name, kind in kinds.items() if name != target}
    return KeelTable(pd.DataFrame(columns), rows[target])


def _split(text: str) -> tuple[str, str, str]:
    found = re.search(r"^@data[^\n]*\n", text, re.IGNORECASE | re.MULTILINE)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def _column(values: pd.Series, kind: str, where: str) -> pd.Series:
    """Return categories where the values are listed, else numbers; raises DatasetError for a text among numbers."""
    if kind.startswith("{"):
        return values.astype("category")
    try:
        return pd.to_numeric(values).astype(np.float32)
    except ValueError as error:
        raise DatasetError(
            f"the column {values.name} of {where} is declared {kind} and holds a value that is not a number: {error}"
        ) from error
