"""`longtail doctor`: check of this machine, with the problems that it finds."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from longtail.bench import options
from longtail.bench.commands import PANELS
from longtail.bench.environment import ONE

SHOWN = ("numpy", "scipy", "pandas", "pyarrow", "scikit-learn", "imbalanced-learn", "torch", "mlflow", "matplotlib")
LEAST_DISK = 2 * 2**30


@dataclass(frozen=True)
class Diagnosis:
    """Result of one check: whether it is fine, and what was found."""

    name: str
    fine: bool
    seen: str


def register(app: typer.Typer) -> None:
    """Add the command to longtail's."""
    app.command(rich_help_panel=PANELS[3])(doctor)


def doctor(runs: options.Runs = Path("runs"), as_json: options.Json = False) -> None:
    """Check versions, threads, CUDA, disk, permissions and MLflow's store. Exit code 1: there is a problem."""
    checks: tuple[Callable[[], Diagnosis], ...] = (
        _machine,
        _packages,
        _threads,
        _cuda,
        lambda: _folder(runs),
        lambda: _disk(runs),
        lambda: _mlflow(runs),
    )
    found = [check() for check in checks]
    if as_json:
        options.say_json([asdict(one) for one in found])
    else:
        for one in found:
            typer.echo(f"{'ok ' if one.fine else 'NO '} {one.name}: {one.seen}")
    if not all(one.fine for one in found):
        raise typer.Exit(1)


def _machine() -> Diagnosis:
    from longtail.bench.provenance import machine, version

    here = machine()
    memory = here["memory_bytes"] / 2**30
    said = f"longtail {version()}, Python {here['python']}, {here['platform']}, {here['cpu']}"
    return Diagnosis("machine", True, f"{said}, {here['cores']} cores, {memory:.1f} GiB")


def _packages() -> Diagnosis:
    seen, absent = [], []
    for name in SHOWN:
        try:
            seen.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            absent.append(name)
    return Diagnosis("packages", not absent, ", ".join([*seen, *(f"{name} is missing" for name in absent)]))


def _threads() -> Diagnosis:
    import torch
    from threadpoolctl import threadpool_info

    wide = [pool["internal_api"] for pool in threadpool_info() if pool["num_threads"] != 1]
    if torch.get_num_threads() != 1:
        wide.append("torch")
    told = all(os.environ.get(name) == "1" for name in ONE)
    seen = f"more than one in {', '.join(wide)}" if wide else "one in BLAS, OpenMP and torch"
    return Diagnosis("threads", told and not wide, seen)


def _cuda() -> Diagnosis:
    from longtail.bench.provenance import gpus

    return Diagnosis("cuda", True, ", ".join(gpus()) or "no device; networks run on the CPU")


def _folder(runs: Path) -> Diagnosis:
    """Check whether records can be written, in the nearest folder that exists."""
    there = _existing(runs)
    try:
        with tempfile.NamedTemporaryFile(dir=there):
            pass
    except OSError as error:
        return Diagnosis("runs", False, f"can't write to {there}: {error.strerror}; --runs names another folder")
    return Diagnosis("runs", True, f"{runs.absolute()} can be written")


def _disk(runs: Path) -> Diagnosis:
    free = shutil.disk_usage(_existing(runs)).free if _existing(runs).exists() else 0
    return Diagnosis("disk", free > LEAST_DISK, f"{free / 2**30:.1f} GiB free at {_existing(runs)}")


def _mlflow(runs: Path) -> Diagnosis:
    from longtail.bench.publishing.place import place_of

    place = place_of(runs)
    if place.database is None:
        return Diagnosis("mlflow", True, f"{place.shown}; `longtail mlflow sync` shows whether it answers")
    target = _existing(place.database)
    fine = os.access(target, os.W_OK)
    return Diagnosis("mlflow", fine, f"{place.database} {'can' if fine else 'cannot'} be written")


def _existing(path: Path) -> Path:
    """Return the path, or the nearest folder above it that exists."""
    return next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())
