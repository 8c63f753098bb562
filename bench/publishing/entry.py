"""A run of MLflow as it should be, as plain values, and how values are written there: nothing here knows mlflow."""

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
    """One value of a metric; a curve has many steps."""

    key: str
    value: float
    step: int = 0


@dataclass(frozen=True)
class DataInput:
    """The data that an entry was made from; `digest` has at most 36 characters, `source` is JSON."""

    name: str
    digest: str
    source: str


@dataclass(frozen=True)
class Entry:
    """A run of MLflow as it should be; times in seconds since 1970, `ended` None while it goes on."""

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
        """As MLflow keeps it."""
        return int(self.started * 1000)


def identity_tags(run: Run, kind: str) -> dict[str, str]:
    """Tags that every entry has, whatever it stands for."""
    return {
        "kind": kind,
        "suite": run.suite.name,
        "longtail.run": run.name,
        "mlflow.user": _user(),
        "mlflow.source.name": "longtail",
        "mlflow.source.type": "LOCAL",
    }


def data_input(cell: Cell) -> DataInput:
    """A cell's data: the digest is longtail's own, of the source's identity."""
    return DataInput(cell.dataset[:500], digest(cell.data, 12), canonical_json(cell.data)[:65000])


def seconds(value: Any) -> float:
    """A time as records and runs hold it, ISO text or seconds, in seconds since 1970."""
    if isinstance(value, int | float):
        return float(value)
    if not value:
        return 0.0
    moment = datetime.fromisoformat(str(value))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def rounded(value: float) -> float:
    """Six digits, so that MLflow's narrow columns show all of it; cells.csv has the rest."""
    return float(f"{value:.6g}")


def readable(*pieces: str) -> str:
    """A name of at most 250 characters, without the quotes that MLflow's filters stumble over."""
    return re.sub(r"['\"`]", "’", " · ".join(pieces))[:250]


def quoted(text: str) -> str:
    """Text in a filter of MLflow's, which knows no escapes: it can't have both kinds of quotes."""
    return f"'{text}'" if "'" not in text else f'"{text}"'


def metric_key(text: str) -> str:
    """Text as the name of a metric: MLflow takes letters, digits and _ - . / : and spaces."""
    return re.sub(r"[^\w\-./: ]", "_", text)[:250]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "unknown"
