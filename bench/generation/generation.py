"""Generation of a log of any size into a folder: parts are written in parallel, and finished parts are kept."""

from __future__ import annotations

import contextlib
import fcntl
import importlib.metadata
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from longtail.bench.cells import digest
from longtail.bench.errors import ConfigurationError, StoreError
from longtail.bench.generation.fork_pool import ForkPool
from longtail.bench.naming import build, canonical, parse
from longtail.bench.planning.fingerprint import of_modules
from longtail.bench.seeds import seed_for
from longtail.datasets.catalogue import source_classes
from longtail.datasets.generator import parquet
from longtail.datasets.generator.manifest import Manifest, known_parts
from longtail.datasets.generator.names import columns
from longtail.datasets.generator.parquet import Export, Part
from longtail.datasets.generator.separability import calibrated
from longtail.datasets.generator.source import Generated
from longtail.datasets.generator.streams import BLOCK

SPARE = 64 * 2**20
"""number of bytes that stay free on the disk"""
PACKAGES = ("numpy", "pyarrow")
"""packages whose versions affect the bytes"""


class LogWatch(Protocol):
    """Listener to the progress of the work."""

    def began(self, rows: int, there: int) -> None:
        """Start: `rows` are to be written, and `there` of them exist already."""

    def ended(self, rows: int) -> None:
        """Count `rows` more that have been written."""


@dataclass(frozen=True)
class Written:
    """Content of a folder at the end; `drawn` rows were written by this call, the others existed already."""

    manifest: Manifest
    rows: int
    drawn: int

    @property
    def bytes(self) -> int:
        return sum(part.bytes for part in self.manifest.parts)


@dataclass(frozen=True)
class LogRequest:
    """Request for rows of a dataset, named by its text, with a seed as in suites."""

    text: str
    rows: int
    seed: int = 0
    posterior: bool = False

    def source(self) -> Generated:
        """Return the dataset. Raises ConfigurationError where there is none, or its rows can't be generated."""
        if self.rows < 1:
            raise ConfigurationError(f"--rows must be 1 or more, not {self.rows}")
        name, parameters = parse(self.text)
        if given := [key for key in ("rows", "test_rows") if key in parameters]:
            raise ConfigurationError(f"{self.text}: --rows sets the number of rows, so leave out {given[0]}")
        source = build(source_classes(), "dataset", name, parameters)
        if not isinstance(source, Generated):
            raise ConfigurationError(
                f"{name} holds real rows, so no more can be drawn: `longtail list datasets` shows generated datasets"
            )
        return source


def generate(order: LogRequest, out: Path, jobs: int, watch: LogWatch) -> Written:
    """Write the missing parts of a log to a folder.

    After an interruption, the same call continues; neither interruptions nor `jobs` affect the bytes. Raises
    LongtailError or DatasetError where the log can't be written.
    """
    source = order.source()
    manifest = Manifest(_identity(order, source), _about(order, source))
    mark = digest(manifest.identity)
    work = Export(source.spec, seed_for(order.seed, "data"), order.rows, order.posterior, mark)
    with _held(out), ForkPool(min(jobs, work.parts)) as pool:
        kept = _kept(work, out, known_parts(out, manifest.identity), pool)
        missing = [part for part in range(work.parts) if parquet.file_of(part) not in kept]
        there = sum(part.rows for part in kept.values())
        _room_for(work, out, order.rows - there)
        manifest.with_parts(kept.values(), complete=not missing).write(out)
        watch.began(order.rows, there)
        for part in pool.run(parquet.write, [(work, part, out) for part in missing]):
            kept[part.file] = part
            manifest.with_parts(kept.values(), complete=len(kept) == work.parts).write(out)
            watch.ended(part.rows)
    return Written(manifest.with_parts(kept.values(), complete=True), order.rows, order.rows - there)


def _kept(work: Export, out: Path, known: dict[str, Part], pool: ForkPool) -> dict[str, Part]:
    """Return the whole parts of an earlier call; parts that its manifest lists must have the checksum listed there."""
    there = [(work, part, out) for part in range(work.parts) if (out / parquet.file_of(part)).exists()]
    found = [part for part in pool.run(parquet.found, there) if part is not None]
    return {part.file: part for part in found if known.get(part.file, part) == part}


@contextlib.contextmanager
def _held(out: Path) -> Iterator[None]:
    """Create the folder if it is missing, and lock it. Raises StoreError where it is locked or can't be written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with (out / ".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StoreError(f"another `longtail data generate` is writing to {out}: wait until it ends") from error
            yield
    except FileExistsError as error:
        raise StoreError(f"{out} is a file, but --out must name a folder") from error
    except OSError as error:
        raise StoreError(
            f"can't write to {out}: {error.strerror or error}; finished parts are kept, and the same command continues"
        ) from error


def _room_for(work: Export, out: Path, rows: int) -> None:
    """Raise StoreError where the disk has no room for this number of rows."""
    if not rows:
        return
    needed, free = rows * parquet.weight(work), shutil.disk_usage(out).free - SPARE
    if needed > free:
        raise StoreError(
            f"{rows:,} rows need about {needed / 1e9:,.1f} GB, and {out} has {max(free, 0) / 1e9:,.1f} GB left: "
            "name another folder, or ask for fewer rows"
        )


def _identity(order: LogRequest, source: Generated) -> dict[str, Any]:
    """Return all that determines the bytes of the parts, as JSON values."""
    modules = of_modules(frozenset({parquet.__name__, type(source).__module__})).modules
    code = {name: text for name, text in modules.items() if name.startswith("longtail.datasets.")}
    work = Export(source.spec, seed_for(order.seed, "data"), order.rows)
    identity = {
        "dataset": canonical(source.name, source),
        "seed": order.seed,
        "rows": order.rows,
        "posterior": order.posterior,
        "rows_of_a_part": parquet.PART * BLOCK,
        "rows_of_a_group": work.group * BLOCK,
        "spec": asdict(source.spec),
        "versions": {name: importlib.metadata.version(name) for name in PACKAGES},
        "code": digest(code),
    }
    told: dict[str, Any] = json.loads(json.dumps(identity))
    return told


def _about(order: LogRequest, source: Generated) -> dict[str, Any]:
    """Return a description of the parts, for people and tools."""
    known = calibrated(source.spec)
    title, row, label = source.story
    return {
        "title": title,
        "row": row,
        "label": label,
        "target": parquet.TARGET,
        "time": parquet.TIME,
        "group": columns(source.scenario).get("user", "user"),
        "propensity": parquet.PROPENSITY if source.spec.task == "click" else None,
        "examination": parquet.EXAMINATION if source.spec.task == "click" else None,
        "posteriors": list(parquet.truths(source.spec)) if order.posterior else [],
        "classes": list(known.law.world.classes),
        "priors": [float(prior) for prior in source.spec.priors],
        "bayes_ap": known.bayes_ap,
        "bayes_roc_auc": known.bayes_auc,
    }
