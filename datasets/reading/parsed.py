"""Cache of frames that take long to parse, kept as Parquet files."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from longtail.datasets.reading.cache import beside, folder, sha256
from longtail.datasets.reading.wheels import CorruptFileWarning


def parsed(name: str, checksum: str, code: Path, parse: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Return the frame that `parse` gives, from the cache where the same code has parsed the same bytes before.

    The name of the cached file ends with its own checksum, so that a file that was cut short or changed is detected; a
    CorruptFileWarning reports it, and the frame is parsed again.
    """
    key = hashlib.sha256(f"{checksum} {sha256(code)} pandas {pd.__version__}".encode()).hexdigest()[:16]
    place = folder("parsed")
    for file in sorted(place.glob(f"{name}-{key}-*.parquet")):
        if file.stem.rpartition("-")[2] == sha256(file)[:16]:
            return pd.read_parquet(file)
        warnings.warn(f"the cached frame {file} is corrupt: it is parsed again", CorruptFileWarning, stacklevel=2)
        file.unlink(missing_ok=True)
    rows = parse()
    with beside(place) as temporary:
        new = temporary / "rows.parquet"
        rows.to_parquet(new)
        new.replace(place / f"{name}-{key}-{sha256(new)[:16]}.parquet")
    return rows
