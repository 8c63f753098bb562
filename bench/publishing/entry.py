"""The intended state of an MLflow run as plain values, and their formats; this module does not import mlflow."""

from __future__ import annotations

import getpass
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from longtail.bench.cells import Cell, canonical_json, digest
from longtail.bench.runs import Run

RunStatus = Literal["RUNNING", "FINISHED", "FAILED", "KILLED"]


@dataclass(frozen=True)
class Point:
    """One value of a metric; a curve has one point per step."""

    key: str
    value: float
    step: int = 0


@dataclass(frozen=True)
class DataInput:
    """The data behind an entry; `digest` has at most 36 characters, `source` is JSON."""

    name: str
    digest: str
    source: str


@dataclass(frozen=True)
class Entry:
    """The intended state of an MLflow run; times are in seconds since 1970, `ended` is None while it goes on."""

    name: str
    status: RunStatus
    tags: dict[str, str]
    started: float
    ended: float | None = None
    params: dict[str, str] = field(default_factory=dict)
    points: tuple[Point, ...] = ()
    inputs: tuple[DataInput, ...] = ()

    @property
    def started_ms(self) -> int:
        """Return the start in milliseconds since 1970, as MLflow stores it."""
        return int(self.started * 1000)


def identity_tags(run: Run, kind: str) -> dict[str, str]:
    """Return the tags that every entry of a run has; `kind` is the kind of entry."""
    return {
        "kind": kind,
        "suite": run.suite.name,
        "longtail.run": run.name,
        "mlflow.user": _user(),
        "mlflow.source.name": "longtail",
        "mlflow.source.type": "LOCAL",
    }


def data_input(cell: Cell) -> DataInput:
    """Return a cell's data; the digest is longtail's own and is taken of the source's identity."""
    return DataInput(cell.dataset[:500], digest(cell.data, 12), canonical_json(cell.data)[:65000])


def seconds(value: Any) -> float:
    """Return a time of a record or run, ISO text or seconds, in seconds since 1970; 0 if it is missing."""
    if isinstance(value, int | float):
        return float(value)
    if not value:
        return 0.0
    moment = datetime.fromisoformat(str(value))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def rounded(value: float) -> float:
    """Round to six significant digits, which fit MLflow's narrow columns; cells.csv has all digits."""
    return float(f"{value:.6g}")


def readable(*pieces: str) -> str:
    """Join pieces to a name of at most 250 characters, without quotes, which MLflow's filters can't handle."""
    return re.sub(r"['\"`]", "’", " · ".join(pieces))[:250]


def quoted(text: str) -> str:
    """Quote a text for an MLflow filter, which has no escapes: the text can't have both kinds of quotes."""
    return f"'{text}'" if "'" not in text else f'"{text}"'


def metric_key(text: str) -> str:
    """Return a text as the name of a metric: MLflow accepts letters, digits, spaces and _ - . / :"""
    return re.sub(r"[^\w\-./: ]", "_", text)[:250]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "unknown"
