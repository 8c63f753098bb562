"""A generated log as Parquet parts of any number of rows: each part drawn and written by itself."""

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
"""blocks of a part: half a million rows, some 20 MB"""
GROUP = 16
"""blocks of a row group, fewer where there are many classes: what a worker holds at a time"""
WIDE = 256
"""classes above which row groups get shorter"""
FEW = (*(number.name for number in NUMBERS if number.margin == "count"), "position")
"""numbers with few values, worth a dictionary"""
TARGET, TIME = "class", "time"
PROPENSITY = "propensity"
EXAMINATION = "examination"
"""of the slot showing the item, clicks only"""


@dataclass(frozen=True)
class Export:
    """Which rows of which world; `mark` stands in every part, so that no other data is taken for one."""

    spec: Spec
    seed: np.random.SeedSequence
    rows: int
    posterior: bool = False
    """whether columns with P(class | .) go along"""
    mark: str = ""

    @property
    def parts(self) -> int:
        return -(-self.rows // (PART * BLOCK))

    def size(self, part: int) -> int:
        """Rows of a part."""
        return min(PART * BLOCK, self.rows - part * PART * BLOCK)

    @property
    def group(self) -> int:
        """Blocks of a row group: it depends on the classes alone, since it shows in the bytes."""
        return max(1, GROUP * WIDE // max(WIDE, len(self.spec.priors)))


@dataclass(frozen=True)
class Part:
    """A finished file."""

    file: str
    rows: int
    bytes: int
    sha256: str


def file_of(part: int) -> str:
    """The name of a part's file."""
    return f"part-{part:05d}.parquet"


def write(export: Export, part: int, folder: Path) -> Part:
    """Draw the rows of a part and write them beside their place, then rename: the file is whole or absent."""
    path = folder / file_of(part)
    # readers of a folder pass over names with a leading dot
    beside = folder / f".{path.name}.partial"
    with beside.open("wb") as file:
        _write(export, part, tables(export, part), file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return Part(path.name, export.size(part), path.stat().st_size, sha256(path))


def found(export: Export, part: int, folder: Path) -> Part | None:
    """A part that an earlier process left, with its checksum as it is now; None where it is absent or another's."""
    path = folder / file_of(part)
    try:
        meta = pq.read_metadata(path)
    except (OSError, pa.ArrowInvalid):
        return None  # absent, or no whole Parquet file: it is written anew
    if meta.num_rows != export.size(part) or (meta.metadata or {}).get(b"longtail") != _mark(export, part):
        return None
    return Part(path.name, meta.num_rows, path.stat().st_size, sha256(path))


def weight(export: Export) -> float:
    """Bytes a row takes on disk, from the first row group, not kept."""
    sink = pa.BufferOutputStream()
    table = next(tables(export, 0))
    _write(export, 0, iter([table]), sink)
    return len(sink.getvalue()) / len(table)


def tables(export: Export, part: int) -> Iterator[pa.Table]:
    """The row groups of a part, one after the other."""
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
    """Without what is not written, so that a worker holds less."""
    return replace(chunk, drawn=replace(chunk.drawn, signals=chunk.drawn.signals[:, :0]))


def truths(spec: Spec) -> dict[str, str]:
    """Columns that tell the truth about a row, and the parts of a chunk that they hold."""
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
    """A categorical column of one type, however many values a row group happens to have."""
    known = np.asarray(codes, np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(known, mask=known < 0), pa.array(list(names), pa.string()))


def _probabilities(posterior: Floats) -> pa.Array:
    """P(class | .) as a list a row, in the order of the classes."""
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
