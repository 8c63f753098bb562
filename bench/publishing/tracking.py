"""The interface to MLflow: no other module imports mlflow, and only a process that publishes uses this one."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from longtail.bench.errors import TrackingError
from longtail.bench.publishing.entry import Entry, Point
from longtail.bench.publishing.place import Place
from longtail.bench.publishing.views import ALL, tags_of

ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
    "PGCONNECT_TIMEOUT": "10",
}
"""variables that MLflow reads on import, unless the user has set them: it would try a dead server for minutes"""
TRIES = 4
"""attempts to open a database, within two seconds; MLflow's default of ten takes 100 seconds"""
POINTS = 1000
"""MLflow's limit of metrics per batch; it is 100 for tags and for parameters"""
PAGE = 500
"""runs per answer"""
LONGEST = 5000
"""largest number of characters of an experiment tag that every backend accepts"""
EXPERIMENT_NOTE = """\
A run of `longtail` is a run here (`kind = run`). Below it are its cells (`cell`); a `summary` for each dataset,
strategy and learner, with means and 95 % intervals over seeds; and an `overall` for each strategy and learner, over the
generated or the real datasets. The menu **Views** has the useful tables.

The metrics `ap_difference/...` of a summary are differences in AP from the baseline. Those of an `overall` are means
over datasets, each difference as a share of what there is to gain on its dataset, from class frequencies to the Bayes
limit or, where it is unknown, to the baseline: .04 is 4 % of it.

The metrics `.../by_class` of a summary are curves over classes: step 1 is the most frequent class, the last step the
rarest.
"""


@dataclass(frozen=True)
class TrackedRun:
    """A run in MLflow."""

    id: str
    status: str
    name: str
    tags: dict[str, str] = field(default_factory=dict)
    started: int = 0
    """milliseconds since 1970"""

    @property
    def parent(self) -> str:
        """Return the id of the parent run, or an empty string."""
        return self.tags.get("mlflow.parentRunId", "")


class Tracker:
    """A client for the runs of one experiment, which it creates if necessary; all failures raise TrackingError."""

    def __init__(self, place: Place) -> None:
        self.place = place
        for name, value in ENVIRONMENT.items():
            os.environ.setdefault(name, value)
        with self._speaking():
            from mlflow.store.db import utils
            from mlflow.tracking import MlflowClient

            utils.MAX_RETRY_COUNT = TRIES
            if place.database is not None:
                _write_without_waiting()
            self._client = MlflowClient(place.uri)
            self.experiment = self._experiment()

    def find(self, condition: str) -> list[TrackedRun]:
        """Return every run that meets an MLflow filter, the oldest first."""
        found: list[TrackedRun] = []
        token = None
        with self._speaking():
            while True:
                page = self._client.search_runs(
                    [self.experiment],
                    condition,
                    max_results=PAGE,
                    order_by=["attributes.start_time ASC"],
                    page_token=token,
                )
                found += [_found(run) for run in page]
                if not (token := page.token):
                    return found

    def start(self, entry: Entry, parent: str = "") -> TrackedRun:
        """Create a RUNNING run with its identity, so that it is found again if this process dies."""
        tags = dict(entry.tags)
        tags.pop("longtail.records", None)
        if parent:
            tags["mlflow.parentRunId"] = parent
        with self._speaking():
            run = self._client.create_run(self.experiment, entry.started_ms, _cut(tags), entry.name)
        return TrackedRun(run.info.run_id, "RUNNING", entry.name, tags, entry.started_ms)

    def write(self, run: TrackedRun, entry: Entry, seconds: float | None = None) -> TrackedRun:
        """Write an entry to a run; writing the same entry twice changes nothing.

        `seconds` is the time of the metrics in seconds since 1970; MLflow's tables show the newest value.
        """
        moment = int((seconds or entry.ended or entry.started) * 1000)
        news = {key: value for key, value in entry.tags.items() if run.tags.get(key) != value}
        with self._speaking():
            if run.status != "RUNNING" or run.name != entry.name:
                self._client.update_run(run.id, "RUNNING", entry.name)
            self._batches(run.id, entry.points, entry.params, news, moment)
            self._inputs(run.id, entry)
            if entry.status != "RUNNING":
                self._client.set_terminated(run.id, entry.status, int((entry.ended or time.time()) * 1000))
        return TrackedRun(run.id, entry.status, entry.name, run.tags | entry.tags, run.started)

    def add(self, run: TrackedRun, points: Sequence[Point] = (), tags: Mapping[str, str] | None = None) -> None:
        """Add metrics and tags to a run, with the current time."""
        with self._speaking():
            self._batches(run.id, points, {}, tags or {}, int(time.time() * 1000))

    def end(self, run: TrackedRun, status: str, seconds: float | None = None) -> None:
        """Set a run's status; RUNNING means that it goes on."""
        with self._speaking():
            if status == "RUNNING":
                self._client.update_run(run.id, status)
            else:
                self._client.set_terminated(run.id, status, int((seconds or time.time()) * 1000))

    def remove(self, run: TrackedRun) -> None:
        """Delete a run; MLflow keeps it among its deleted runs."""
        with self._speaking():
            self._client.delete_run(run.id)

    def artifact(self, run: TrackedRun, path: Path) -> None:
        """Store a file among a run's artifacts; it replaces an artifact of the same name."""
        with self._speaking():
            self._client.log_artifact(run.id, str(path))

    def describe(self, tags: Mapping[str, str]) -> None:
        """Set tags of the experiment, such as its views."""
        with self._speaking():
            self._describe(self.experiment, tags, self._client.get_experiment(self.experiment).tags)

    def _describe(self, experiment: str, tags: Mapping[str, str], there: Mapping[str, str]) -> None:
        for key, value in tags.items():
            if there.get(key) != value and len(value) <= LONGEST:
                self._client.set_experiment_tag(experiment, key, value)

    def _experiment(self) -> str:
        place, found = self.place, self._client.get_experiment_by_name(self.place.experiment)
        if found is None:
            location = None if place.artifacts is None else place.artifacts.as_uri()
            return str(self._client.create_experiment(place.experiment, location, experiment_tags()))
        if found.lifecycle_stage != "active":
            raise TrackingError(
                f"MLflow's experiment {place.experiment!r} at {place.shown} was deleted: restore it with `mlflow "
                f"experiments restore --experiment-id {found.experiment_id}`, or choose another MLFLOW_EXPERIMENT_NAME"
            )
        if (
            place.database is not None
            and place.artifacts is not None
            and found.artifact_location != place.artifacts.as_uri()
        ):
            raise TrackingError(
                f"{place.database} was moved: it keeps its artifacts in {found.artifact_location}, not beside it; move "
                f"it away, and `longtail mlflow sync RUN` writes a new one"
            )
        self._describe(str(found.experiment_id), experiment_tags(), found.tags)
        return str(found.experiment_id)

    def _batches(
        self, run: str, points: Sequence[Point], params: Mapping[str, str], tags: Mapping[str, str], moment: int
    ) -> None:
        from mlflow.entities import Metric, Param, RunTag

        metrics = [Metric(point.key, point.value, moment, point.step) for point in points]
        settings = [Param(key, value[:6000]) for key, value in params.items()][:100]
        marks = [RunTag(key, value) for key, value in _cut(tags).items()]
        # the tags come with the last batch: `longtail.records` means that the entry is complete
        for start in range(0, max(len(metrics), 1), POINTS - 200):
            part = metrics[start : start + POINTS - 200]
            last = start + POINTS - 200 >= len(metrics)
            if part or settings or (last and marks):
                self._client.log_batch(run, part, settings, marks if last else [])
            settings = []

    def _inputs(self, run: str, entry: Entry) -> None:
        from mlflow.entities import Dataset, DatasetInput, InputTag

        if entry.inputs:
            context = [InputTag("mlflow.data.context", "benchmark")]
            found = [
                DatasetInput(Dataset(one.name, one.digest, "longtail", one.source), context) for one in entry.inputs
            ]
            self._client.log_inputs(run, found)

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """Turn all exceptions of MLflow and its backends into a TrackingError with one sentence."""
        try:
            yield
        except TrackingError:
            raise
        except ImportError as error:
            raise TrackingError(
                f"MLflow at {self.place.shown} needs a package that is not installed: {error.name}"
            ) from error
        except Exception as error:  # backends raise exceptions of their drivers
            text = _sentence(error).replace(self.place.uri, self.place.shown)
            raise TrackingError(f"MLflow at {self.place.shown} {text}") from error


def _write_without_waiting() -> None:
    """Let a database in a file write without waiting for the disk, which happens nine times per entry.

    A killed process loses nothing; after a power failure the database may have to be written again.
    """
    from sqlalchemy import Engine, event

    if not event.contains(Engine, "connect", _relax):
        event.listen(Engine, "connect", _relax)


def _relax(connection: Any, _: Any) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.execute("PRAGMA synchronous=OFF")


def experiment_tags() -> dict[str, str]:
    """Return the tags of the experiment: the description above its runs, and its views."""
    described = {
        "mlflow.note.content": EXPERIMENT_NOTE,
        "mlflow.experimentKind": "custom_model_development",
        "mlflow.experiment.primaryMetric.name": "ap/mean",
        "mlflow.experiment.primaryMetric.greaterIsBetter": "True",
    }
    return described | tags_of(ALL)


def _found(run: Any) -> TrackedRun:
    info = run.info
    return TrackedRun(info.run_id, info.status, info.run_name or "", dict(run.data.tags), int(info.start_time))


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split())
    if re.search(r"timed? ?out|Timeout", text):
        return f"does not answer within {os.environ['MLFLOW_HTTP_REQUEST_TIMEOUT']} s"
    if re.search(r"refused|Max retries|NewConnectionError|NameResolution|unreachable", text, re.IGNORECASE):
        return "can't be reached: is the server running, and is MLFLOW_TRACKING_URI right?"
    return f"says: {text[:300]}"


def _cut(tags: Mapping[str, str]) -> dict[str, str]:
    return {key[:250]: value if len(value) <= 8000 else value[:7997] + "..." for key, value in list(tags.items())[:100]}
