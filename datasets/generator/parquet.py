"""Export of a generated log of any number of rows as Parquet parts, each drawn and written independently."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from longtail.datasets.generator.log import Chunk, blocks, frame, joined, probabilities
from longtail.datasets.generator.names import columns
from longtail.datasets.generator.numeric_columns import NUMBERS, Floats
from longtail.datasets.generator.rows import Window
from longtail.datasets.generator.separability import calibrated
from longtail.datasets.generator.spec import Spec
from longtail.datasets.generator.streams import BLOCK
from longtail.datasets.reading.cache import sha256

PART = 128
"""blocks per part: half a million rows, some 20 MB"""
GROUP = 16
"""blocks per row group, fewer with many classes: a worker holds one row group at a time"""
WIDE = 256
"""number of classes above which row groups get shorter"""
FEW = (*(number.name for number in NUMBERS if number.margin == "count"), "position")
"""numbers with few values, stored with a dictionary"""
TARGET, TIME = "class", "time"
PROPENSITY = "propensity"
EXAMINATION = "examination"
"""chance that the slot showing the item is examined, for clicks only"""


@dataclass(frozen=True)
class Export:
    """Rows of a world to export; `mark` is stored in every part, so that other data are not taken for one."""

    spec: Spec
    seed: np.random.SeedSequence
    rows: int
    posterior: bool = False
    """adds columns with P(class | .)"""
    mark: str = ""

    @property
    def parts(self) -> int:
        return -(-self.rows // (PART * BLOCK))

    def size(self, part: int) -> int:
        """Return the number of rows of a part."""
        return min(PART * BLOCK, self.rows - part * PART * BLOCK)

    @property
    def group(self) -> int:
        """Return the blocks per row group; they depend on the number of classes alone, since they affect the bytes."""
        return max(1, GROUP * WIDE // max(WIDE, len(self.spec.priors)))


@dataclass(frozen=True)
class Part:
    """Finished file."""

    file: str
    rows: int
    bytes: int
    sha256: str


def file_of(part: int) -> str:
    """Return the file name of a part."""
    return f"part-{part:05d}.parquet"


def write(export: Export, part: int, folder: Path) -> Part:
    """Draw the rows of a part, write them to a temporary file and rename it: the part is complete or absent."""
    path = folder / file_of(part)
    # readers of a folder skip names with a leading dot
    beside = folder / f".{path.name}.partial"
    with beside.open("wb") as file:
        _write(export, part, tables(export, part), file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return Part(path.name, export.size(part), path.stat().st_size, sha256(path))


def found(export: Export, part: int, folder: Path) -> Part | None:
    """Return a part left by an earlier process, with its present checksum; None where it is absent or other data."""
    path = folder / file_of(part)
    try:
        meta = pq.read_metadata(path)
    except (OSError, pa.ArrowInvalid):
        return None  # absent, or not a complete Parquet file: it is written again
    if meta.num_rows != export.size(part) or (meta.metadata or {}).get(b"longtail") != _mark(export, part):
        return None
    return Part(path.name, meta.num_rows, path.stat().st_size, sha256(path))


def weight(export: Export) -> float:
    """Return the bytes per row on disk, estimated from the first row group, which is not kept."""
    sink = pa.BufferOutputStream()
    table = next(tables(export, 0))
    _write(export, 0, iter([table]), sink)
    return len(sink.getvalue()) / len(table)


def tables(export: Export, part: int) -> Iterator[pa.Table]:
    """Yield the row groups of a part, one after the other."""
    left = export.size(part)
    window = Window(export.rows, 0)
    drawn = blocks(export.spec, export.seed, window, first=part * PART, posteriors=export.posterior)
    while left > 0:
        held: list[Chunk] = []
        while left > 0 and len(held) < export.group:
            block = next(drawn)
            held.append(_lean(block))
            left -= len(block)
        yield _table(export, joined(held))


def _lean(chunk: Chunk) -> Chunk:
    """Drop what is not written, so that a worker holds less."""
    return replace(chunk, drawn=replace(chunk.drawn, signals=chunk.drawn.signals[:, :0]))


def truths(spec: Spec) -> dict[str, str]:
    """Return the columns that hold true probabilities of a row, with the fields of a chunk that they come from."""
    noisy = {"clean_posterior": "clean"} if spec.label_noise else {}
    return {"posterior": "visible", "full_posterior": "full"} | noisy


def _table(export: Export, chunk: Chunk) -> pa.Table:
    X, world = frame(export.spec, chunk.drawn), calibrated(export.spec).law.world
    made = {str(name): _column(X[name]) for name in X}
    made[TARGET] = _dictionary(chunk.y, world.classes)
    micros = np.rint(chunk.drawn.seconds * 1e6).astype(np.int64)
    made[TIME] = pa.array(micros).cast(pa.timestamp("us", tz="UTC"))
    if export.spec.task == "click":
        made[PROPENSITY] = pa.array(chunk.drawn.propensity)
        made[EXAMINATION] = pa.array(chunk.drawn.examined)
    if export.posterior:
        made |= {name: _probabilities(getattr(chunk, part)) for name, part in truths(export.spec).items()}
        if export.spec.label_noise:
            made[f"clean_{TARGET}"] = _dictionary(chunk.clean_y, world.classes)
    return pa.table(made)


def _column(values: Any) -> pa.Array:
    if values.dtype != "category":
        return pa.array(values.to_numpy(), from_pandas=True)
    return _dictionary(values.cat.codes.to_numpy(), values.cat.categories)


def _dictionary(codes: Any, names: Any) -> pa.DictionaryArray:
    """Return a categorical column, of the same type however many values a row group has."""
    known = np.asarray(codes, np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(known, mask=known < 0), pa.array(list(names), pa.string()))


def _probabilities(posterior: Floats) -> pa.Array:
    """Return P(class | .) as one list per row, in the order of the classes."""
    whole = probabilities(posterior).astype(np.float32)
    return pa.FixedSizeListArray.from_arrays(pa.array(whole.ravel()), whole.shape[1])


def _mark(export: Export, part: int) -> bytes:
    return json.dumps({"data": export.mark, "part": part}).encode()


def _write(export: Export, part: int, groups: Iterator[pa.Table], sink: Any) -> None:
    first = next(groups)
    schema = first.schema.with_metadata({b"longtail": _mark(export, part)})
    called = columns(export.spec.scenario)
    few = {called.get(name, name) for name in FEW}
    named = [field.name for field in schema if pa.types.is_dictionary(field.type) or field.name in few]
    with pq.ParquetWriter(sink, schema, compression="zstd", compression_level=1, use_dictionary=named) as writer:
        writer.write_table(first.cast(schema), row_group_size=len(first))
        for table in groups:
            writer.write_table(table.cast(schema), row_group_size=len(table))
