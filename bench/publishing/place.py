"""The location of MLflow's data: a database under the runs' folder, or the value of MLFLOW_TRACKING_URI."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from longtail.bench.errors import ConfigurationError

DATABASES = ("sqlite", "postgresql", "mysql", "mssql")
SERVERS = ("http", "https")


@dataclass(frozen=True)
class Place:
    """An MLflow store. `artifacts` is None if a server decides; `database` is the file of a sqlite store."""

    uri: str
    experiment: str = "longtail"
    artifacts: Path | None = None
    database: Path | None = None

    @property
    def is_server(self) -> bool:
        """Return whether it is reached by HTTP, and so has its own page."""
        return self.uri.partition(":")[0] in SERVERS

    @property
    def shown(self) -> str:
        """Return the URI for messages, with the credentials hidden."""
        scheme, slashes, rest = self.uri.partition("://")
        _, at, host = rest.rpartition("@")
        return f"{scheme}{slashes}{'***' if at else ''}{at}{host}"


def place_of(root: Path, environ: Mapping[str, str] = os.environ) -> Place:
    """Return the store that `environ` names, or else one under `root`, with absolute paths.

    MLflow itself would use `./mlruns` or a database in the working directory. Raises ConfigurationError if the URI is
    neither a server nor a known database.
    """
    experiment = environ.get("MLFLOW_EXPERIMENT_NAME") or "longtail"
    if not (uri := environ.get("MLFLOW_TRACKING_URI", "").strip()):
        return sqlite(root.resolve() / "mlflow.db", experiment)
    scheme, colon, rest = uri.partition(":")
    kind = scheme.partition("+")[0].lower()
    if not colon or not rest.strip("/") or kind not in (*DATABASES, *SERVERS):
        raise ConfigurationError(
            f"MLFLOW_TRACKING_URI is {uri!r}: give a server (http://host:port), a database (sqlite:////path/to/it.db, "
            f"postgresql://..., mysql://..., mssql://...), or nothing for {root}/mlflow.db"
        )
    if kind == "sqlite":
        return sqlite(Path(rest.removeprefix("///")).absolute(), experiment)
    if kind in SERVERS:
        return Place(uri.rstrip("/"), experiment)
    return Place(uri, experiment, artifacts=root.resolve() / "mlflow-artifacts")


def sqlite(database: Path, experiment: str = "longtail") -> Place:
    """Return a store in one file, with its artifacts beside it."""
    artifacts = database.with_name(f"{database.stem}-artifacts")
    return Place(f"sqlite:///{database}", experiment, artifacts, database)
