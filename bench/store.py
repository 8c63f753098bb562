"""Store of records, scores and labels: each file is written beside its place and renamed, so it is whole or absent."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from longtail.bench.errors import StoreError
from longtail.bench.records import STATUSES, CellScores, Record, Truth

Arrays = dict[str, NDArray[Any]]

ALL_CLASSES = 100
"""greatest number of classes at which all scores are kept"""
KEPT = 50
"""with more classes: number of highest scores that are kept, besides that of the true class"""
DAMAGE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)
"""exceptions that a damaged file can raise when it is read"""


@dataclass(frozen=True)
class Store:
    """Records of all runs in one folder: `cells/<cell>/<fingerprint>/` and `truth/<key>/`."""

    root: Path

    def path(self, cell: str, fingerprint: str) -> Path:
        """Return the folder of one record."""
        return self.root / "cells" / cell / fingerprint

    def record(self, cell: str, fingerprint: str) -> Record | None:
        """Return the record of a cell with a fingerprint, or None. Raises StoreError where it can't be read."""
        path = self.path(cell, fingerprint) / "record.json"
        try:
            text = path.read_text()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise StoreError(f"the record {path} can't be read: {error.strerror}") from error
        return _record(text, path, cell, fingerprint)

    def records(self, cell: str) -> list[Record]:
        """Return all records of a cell, the newest first."""
        folder = self.root / "cells" / cell
        if not folder.is_dir():
            return []
        found = [self.record(cell, path.name) for path in folder.iterdir() if not path.name.startswith(".")]
        return sorted(filter(None, found), key=lambda record: str(record.provenance.get("started", "")), reverse=True)

    def cells(self) -> Iterator[str]:
        """Yield the ids of all cells that have a folder, sorted."""
        folder = self.root / "cells"
        if folder.is_dir():
            yield from sorted(path.name for path in folder.iterdir() if path.is_dir())

    def why_broken(self, record: Record) -> str | None:
        """Return a sentence on why a record's scores or labels can't be used, or None; only ends of files are read."""
        if record.status != "done":
            return None
        scores = self.path(record.cell, record.fingerprint) / "scores.npz"
        truth = self.root / "truth" / record.truth / "truth.npz"
        broken = [path for path in (scores, truth) if not zipfile.is_zipfile(path)]
        return f"{broken[0]} is missing or damaged" if broken else None

    def scores(self, record: Record) -> CellScores:
        """Return the scores of a record that is done; classes that were not kept share the rest of the probability.

        Raises StoreError where the file is missing or damaged.
        """
        path = self.path(record.cell, record.fingerprint) / "scores.npz"
        arrays = _load(path)
        try:
            return unpacked(arrays)
        except DAMAGE as error:
            raise StoreError(f"the scores {path} are damaged: {error}") from error

    def truth(self, key: str) -> Truth:
        """Return the labels with this key, against which scores are evaluated.

        Raises StoreError where the file is missing or damaged.
        """
        path = self.root / "truth" / key / "truth.npz"
        arrays = _load(path)
        try:
            classes = tuple(str(name) for name in arrays.pop("classes"))
            optional: dict[str, Any] = dict.fromkeys(
                field.name for field in dataclasses.fields(Truth) if field.name != "classes"
            )
            return Truth(classes=classes, **(optional | arrays))
        except DAMAGE as error:
            raise StoreError(f"the labels {path} are damaged: {error}") from error

    def write(self, record: Record, scores: CellScores | None = None, log: Path | None = None) -> None:
        """Write a record in place of an older one; `log` is copied. Raises StoreError where it can't be written."""
        folder = self.scratch()
        if scores is not None:
            truth = self.truth(record.truth) if scores.test.shape[1] > ALL_CLASSES else None
            save(folder / "scores.npz", packed(scores, truth))
        if log is not None:
            shutil.copyfile(log, folder / "log.txt")
        self.adopt(record, folder)

    def adopt(self, record: Record, folder: Path) -> None:
        """Write a record whose scores.npz and log.txt are in `folder`, which is moved to the record's place."""
        target = self.path(record.cell, record.fingerprint)
        write_text(folder / "record.json", json.dumps(dataclasses.asdict(record), allow_nan=False))
        with _writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                target.rename(self.scratch() / "old")
            folder.rename(target)

    def scratch(self) -> Path:
        """Create an empty folder on the same file system as the records, and return it."""
        folder = self.root / ".scratch" / f"{os.getpid()}-{uuid4().hex[:12]}"
        with _writing(folder):
            folder.mkdir(parents=True)
        return folder

    def sweep(self) -> None:
        """Remove the files of interrupted writes; call it only while no other run uses this store."""
        shutil.rmtree(self.root / ".scratch", ignore_errors=True)

    def set_aside(self, cell: str, fingerprint: str) -> Path:
        """Move a corrupt record to the folder corrupt/, and return its new path; nothing is deleted."""
        target = self.root / "corrupt" / f"{cell}-{fingerprint}-{uuid4().hex[:6]}"
        with _writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            self.path(cell, fingerprint).rename(target)
        return target

    def write_truth(self, truth: Truth) -> str:
        """Write labels, groups and posterior once, and return their key, a hash of their content."""
        arrays: Arrays = {"classes": np.array(truth.classes, dtype=np.str_)}
        for field in dataclasses.fields(truth):
            value = getattr(truth, field.name)
            if field.name != "classes" and value is not None:
                arrays[field.name] = value
        key = _key(arrays)
        target = self.root / "truth" / key
        if not zipfile.is_zipfile(target / "truth.npz"):
            folder = self.scratch()
            save(folder / "truth.npz", arrays)
            with _writing(target):
                target.mkdir(parents=True, exist_ok=True)
                (folder / "truth.npz").replace(target / "truth.npz")
                folder.rmdir()
        return key


def packed(scores: CellScores, truth: Truth | None) -> Arrays:
    """Return the arrays of scores.npz; with `truth` and over 100 classes, the 50 highest and the true class's score."""
    arrays: Arrays = {"valid_decision": scores.valid_decision, "test_decision": scores.test_decision}
    for part in ("valid", "test"):
        values = getattr(scores, part).astype(np.float32)
        if values.shape[1] <= ALL_CLASSES or truth is None:
            arrays[part] = values
            continue
        y = getattr(truth, f"y_{part}")
        top = np.argpartition(values, -KEPT, axis=1)[:, -KEPT:]
        kept = np.concatenate([top, y[:, None]], axis=1)
        arrays[f"{part}_classes"] = kept.astype(np.int32)
        arrays[f"{part}_kept"] = np.take_along_axis(values, kept, axis=1)
        arrays["classes"] = np.array(values.shape[1])
    return arrays


def unpacked(arrays: Arrays) -> CellScores:
    """Return the scores (n, K) from the arrays of scores.npz."""
    parts = {}
    for part in ("valid", "test"):
        if part in arrays:
            parts[part] = arrays[part]
            continue
        kept, values, classes = arrays[f"{part}_classes"], arrays[f"{part}_kept"], int(arrays["classes"])
        there = np.zeros((len(kept), classes), np.bool_)
        np.put_along_axis(there, kept, True, axis=1)
        full = np.full((len(kept), classes), -np.inf, np.float32)
        np.put_along_axis(full, kept, values, axis=1)
        rest = np.maximum(1 - np.exp(full.astype(np.float64)).sum(axis=1), 1e-12) / np.maximum((~there).sum(axis=1), 1)
        parts[part] = np.where(there, full, np.log(rest)[:, None].astype(np.float32))
    return CellScores(parts["valid"], parts["test"], arrays["valid_decision"], arrays["test_decision"])


def save(path: Path, arrays: Arrays) -> None:
    """Write arrays as an npz file. Raises StoreError where it can't be written."""
    with _writing(path):
        np.savez(path, allow_pickle=False, **arrays)


def write_text(path: Path, text: str, *, sync: bool = True) -> None:
    """Write a small file so that it is whole or absent; with `sync`, also after a power failure."""
    beside = path.with_name(f".{path.name}-{os.getpid()}")
    with _writing(path):
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        beside.replace(path)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Convert an OSError to a StoreError that names the path."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"can't write {path}: {error.strerror or error}") from error


def _record(text: str, path: Path, cell: str, fingerprint: str) -> Record:
    try:
        record = Record(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise StoreError(f"the record {path} is corrupt: {error}") from error
    if (record.cell, record.fingerprint) != (cell, fingerprint) or record.status not in STATUSES:
        raise StoreError(f"the record {path} is corrupt: it says cell {record.cell}, status {record.status!r}")
    return record


def _load(path: Path) -> Arrays:
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except FileNotFoundError as error:
        raise StoreError(f"{path} is missing; `longtail run` fits its cell again") from error
    except DAMAGE as error:
        raise StoreError(f"{path} is damaged ({error}); `longtail run` fits its cell again") from error


def _key(arrays: Arrays) -> str:
    total = hashlib.sha256()
    for name in sorted(arrays):
        value = np.ascontiguousarray(arrays[name])
        total.update(f"{name}:{value.dtype}:{value.shape};".encode())
        total.update(value.tobytes())
    return total.hexdigest()[:20]
