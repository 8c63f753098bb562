"""The named views of runs on MLflow's page: their rows, order and columns."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from longtail.bench.cells import digest
from longtail.bench.publishing.entry import quoted

TAG = "mlflow.sharedViewState."
"""experiment tags with this prefix appear in the menu `Views` of MLflow 3, whose page uses the same format"""
NAME_WIDTH = 330
"""width in pixels of `cat50 · balanced-softmax · mlp`"""
NEWEST = "Newest run by macro AP"
MOST = 20
"""largest number of views by dataset; MLflow's page takes 40 in all"""


@dataclass(frozen=True)
class MlflowView:
    """An MLflow filter, the column to sort by in descending order, and the columns shown: `tags.x`, `metrics.x`."""

    name: str
    filter: str
    order: str
    columns: tuple[str, ...]

    @property
    def id(self) -> str:
        """Return the id that `?viewStateShareKey=` takes."""
        return digest(self.name, 16)

    @property
    def tag(self) -> tuple[str, str]:
        """Return the name and value of the experiment tag that defines the view."""
        columns = [_canonical(column) for column in self.columns]
        name = _canonical("attributes.Run Name")
        state = {
            "searchFilter": self.filter,
            "orderByKey": self.order if self.order.startswith("attributes.") else _canonical(self.order),
            "orderByAsc": False,
            "selectedColumns": columns,
            "columnOrder": [name, *columns],
            "columnWidths": {name: NAME_WIDTH},
        }
        return TAG + self.id, json.dumps(
            {"name": self.name, "createdAt": 0, "updatedAt": 0, "state": json.dumps(state)}
        )


def _interval(metric: str) -> tuple[str, ...]:
    return tuple(f"metrics.{metric}/{part}" for part in ("mean", "ci_low", "ci_high"))


PROBABILITY = (
    "tags.verdict",
    *_interval("ap"),
    "metrics.ap_difference/mean",
    "metrics.ap_tail/mean",
    "metrics.calibration_error/mean",
    "metrics.f1/mean",
    "metrics.recall_tail/mean",
    "metrics.seconds_total/mean",
)
DECISION = (
    *_interval("f1"),
    "metrics.f1_own/mean",
    "metrics.balanced_accuracy/mean",
    "metrics.worst_recall/mean",
    "metrics.recall_tail/mean",
    "metrics.ap/mean",
    "metrics.seconds_total/mean",
)
BY_AP = MlflowView("Strategies by macro AP", "tags.kind = 'summary'", "metrics.ap/mean", PROBABILITY)
OVER_TIME = MlflowView(
    "Runs over time",
    "tags.kind = 'run'",
    "attributes.start_time",
    ("tags.suite", "tags.cells", "tags.baseline", "metrics.regressions/count", "metrics.improvements/count"),
)
ALL = (
    BY_AP,
    MlflowView("Strategies by macro F1", "tags.kind = 'summary'", "metrics.f1/mean", DECISION),
    MlflowView(
        "Strategies over datasets",
        "tags.kind = 'overall'",
        "metrics.ap_difference/mean",
        ("tags.verdict", *_interval("ap_difference"), "metrics.rank/mean", "metrics.wins", "metrics.losses"),
    ),
    OVER_TIME,
    MlflowView(
        "Cells that did not finish",
        "tags.kind = 'cell' and attributes.status != 'FINISHED'",
        "attributes.start_time",
        ("tags.status", "tags.reason", "metrics.seconds_total", "metrics.peak_mib"),
    ),
)


def views_of_run(run: str, datasets: Iterable[str]) -> list[MlflowView]:
    """Return the views of the newest run: its strategies on all its datasets, and on each dataset."""
    within = f"{BY_AP.filter} and tags.`longtail.run` = {quoted(run)}"
    views = [MlflowView(NEWEST, within, BY_AP.order, BY_AP.columns)]
    sayable = [dataset for dataset in datasets if not {"'", '"'} <= set(dataset)]
    for dataset in sayable[:MOST]:
        on = f"{within} and tags.dataset = {quoted(dataset)}"
        views.append(MlflowView(f"Newest run on {dataset[:60]} by macro AP", on, BY_AP.order, BY_AP.columns))
    return views


def tags_of(views: Iterable[MlflowView]) -> dict[str, str]:
    """Return the experiment tags that define views."""
    return dict(view.tag for view in views)


def _canonical(column: str) -> str:
    """Return a column such as `metrics.ap/mean` as MLflow's page names it."""
    kind, _, name = column.partition(".")
    return f"{kind}.`{name}`"


def newest_id() -> str:
    """Return the id of the newest run's view, which `?viewStateShareKey=` takes."""
    return views_of_run("", ())[0].id
