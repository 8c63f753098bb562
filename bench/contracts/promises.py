"""Promises of every strategy, one function per promise, which returns a sentence on what is wrong where it is broken.

An empty sentence means that the promise is kept. `longtail check`, `check_strategy` in a user's own pytest and
longtail's tests check the same promises, in this order.
"""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from longtail.bench.contracts.row_shapes import EVERYWHERE, rows_of
from longtail.bench.contracts.subject import Subject, plain
from longtail.bench.errors import LongtailError
from longtail.bench.naming import PART
from longtail.bench.registry import learner_classes, name_of
from longtail.bench.training.fitting import Fitted
from longtail.strategies.network import Moment, Rng
from longtail.strategies.table import READABLE, Table

WORDS = 4
"""a reason counts as a sentence if it has more words than this"""


@dataclass(frozen=True)
class Promise:
    """A sentence, and the function that checks whether a strategy keeps it; a broken `first` promise ends the check."""

    text: str
    seen: Callable[[Subject], str]
    first: bool = False

    def broken(self, subject: Subject) -> str:
        """Return what is wrong where the promise is broken, else an empty text; an exception breaks it."""
        try:
            return self.seen(subject)
        except LongtailError as error:
            return str(error)
        except Exception as error:  # any error of a strategy is a finding
            return f"{type(error).__name__}: {error}"


def _is_frozen(subject: Subject) -> str:
    frozen = getattr(subject.kind, "__dataclass_params__", None)
    return "" if dataclasses.is_dataclass(subject.kind) and frozen is not None and frozen.frozen else "it is not one"


def _name(subject: Subject) -> str:
    match = PART.match(subject.kind.name)
    return "" if match is not None and match["parameters"] is None else f"the name is {subject.kind.name!r}"


def _docstring(subject: Subject) -> str:
    text = (subject.kind.__doc__ or "").strip()
    return "it has no docstring of its own" if not text or text.startswith(f"{subject.kind.__name__}(") else ""


def _defaults(subject: Subject) -> str:
    subject.kind()
    return "" if hash(subject.kind()) == hash(subject.kind()) else "two instances have different hashes"


def _acts(subject: Subject) -> str:
    return "" if subject.strategy.acts or subject.kind.name == "none" else "it overrides no hook"


def _reads(subject: Subject) -> str:
    unknown = sorted(subject.kind.reads - READABLE)
    return f"{', '.join(unknown)} is not one of {', '.join(sorted(READABLE))}" if unknown else ""


def _home(subject: Subject) -> str:
    if "estimator" not in subject.strategy.acts:
        return f"home is {subject.kind.home!r}, but it brings no estimator" if subject.kind.home else ""
    known = learner_classes()
    return "" if subject.kind.home in known else f"home is {subject.kind.home!r}, not one of {', '.join(known)}"


def _grid(subject: Subject) -> str:
    unknown = sorted(set(subject.kind.grid) - {field.name for field in dataclasses.fields(subject.kind)})
    return f"{', '.join(unknown)} is not a parameter" if unknown else ""


def _grid_values(subject: Subject) -> str:
    for parameter, values in subject.kind.grid.items():
        names = [name_of(dataclasses.replace(subject.kind(), **{parameter: value})) for value in values]
        if len(set(names)) < max(2, len(values)):
            return f"{parameter} does not take different values: {', '.join(map(repr, values))}"
    return ""


def _pickles(subject: Subject) -> str:
    return "" if pickle.loads(pickle.dumps(subject.strategy)) == subject.strategy else "the unpickled copy differs"


def _scores_everywhere(subject: Subject) -> str:
    for shape in EVERYWHERE:
        found = subject.result(shape)
        if isinstance(found, str):
            wrong = "" if len(found.split()) > WORDS else f"the reason {found!r} is not a sentence"
        else:
            wrong = why_unusable(found, rows_of(shape)[1])
        if wrong:
            return f"{shape}: {wrong}"
    return ""


def _runs_somewhere(subject: Subject) -> str:
    reasons = [subject.result(shape) for shape in ("two classes", "many classes")]
    return str(reasons[0]) if all(isinstance(reason, str) for reason in reasons) else ""


def _changes(subject: Subject) -> str:
    if not subject.strategy.acts:
        return ""
    shapes = [shape for shape in ("many classes", "two classes") if isinstance(subject.result(shape), Fitted)]
    unchanged = [shape for shape in shapes if not changed(subject, shape)]
    return f"scores and decisions stay the same on {' and '.join(unchanged)}" if unchanged == shapes else ""


def _same_seed(subject: Subject) -> str:
    shape, _ = subject.where_it_runs
    train, valid = rows_of(shape)
    scores = []
    for noise in (1, 2):
        torch.manual_seed(noise)
        np.random.seed(noise)  # noqa: NPY002 # libraries may draw from it by mistake
        scores.append(subject.fit(train, valid).scores(valid))
    return "" if np.array_equal(scores[0], scores[1]) else "scores differ between two fits"


def _leaves_inputs(subject: Subject) -> str:
    shape, _ = subject.where_it_runs
    before = dict(vars(subject.strategy))
    tables = rows_of(shape)
    kept = [_arrays(table) for table in tables]
    fitted = subject.fit(*tables)
    fitted.decide(fitted.scores(tables[1]))
    for table, copies in zip(tables, kept, strict=True):
        for field, copy in copies.items():
            if not np.array_equal(getattr(table, field), copy):
                return f"{field} changed"
    return "" if vars(subject.strategy) == before else "its own fields changed"


def _result_pickles(subject: Subject) -> str:
    shape, given = subject.where_it_runs
    again: Fitted = pickle.loads(pickle.dumps(given))
    _, valid = rows_of(shape)
    scores, same = given.scores(valid), again.scores(valid)
    if not np.array_equal(scores, same):
        return "scores differ after unpickling"
    return "" if np.array_equal(given.decide(scores), again.decide(scores)) else "decisions differ after unpickling"


def _unread_fields(subject: Subject) -> str:
    shape, given = subject.where_it_runs
    train, valid = rows_of(shape)
    nonsense = {
        "propensity": np.full(len(train), np.nan, np.float32),
        "group": np.full(len(train), -1),
        "examination": np.full(len(train), np.nan, np.float32),
        "unlabelled": train,
        "oracle": np.full(len(train), -1),
        "source": train,
    }
    hidden: Any = {field: value for field, value in nonsense.items() if field not in subject.kind.reads}
    scores = subject.fit(dataclasses.replace(train, **hidden), valid).scores(valid)
    return "" if np.array_equal(scores, given.scores(valid)) else "scores depend on fields that it does not read"


def _own_loss(subject: Subject) -> str:
    strategy = subject.kind()
    if "loss" not in strategy.acts:
        return ""
    source = torch.Generator().manual_seed(0)
    shape = (5, 3, 4) if "logits" in strategy.claims else (5, 4)
    logits, y = torch.randn(shape, generator=source), torch.tensor([0, 1, 2, 3, 0])
    counts, recall = torch.tensor([50.0, 20.0, 9.0, 3.0]), torch.rand(2, 4, generator=source)
    at = Moment(0.9, counts, recall, Rng(torch.rand(100, generator=source), torch.zeros(0)))
    slope = torch.func.jacrev(lambda given: strategy.loss(given, y, at))(logits).flatten(2).abs().sum(2)
    if not (slope.diagonal() > 0).all():
        return "a row's loss does not depend on its logits"
    return "" if (slope[~torch.eye(5, dtype=torch.bool)] == 0).all() else "a row's loss depends on another row's logits"


PROMISES = (
    Promise("it is a frozen dataclass", _is_frozen, first=True),
    Promise("its name is lower case with hyphens", _name),
    Promise("its docstring states the idea", _docstring),
    Promise("it can be made without arguments", _defaults, first=True),
    Promise("it overrides a hook", _acts),
    Promise("every field that it reads is a field of tables", _reads),
    Promise("it names a home learner if and only if it brings an estimator", _home, first=True),
    Promise("its grid names its parameters", _grid, first=True),
    Promise("each value in its grid gives a different strategy", _grid_values),
    Promise("it can be pickled", _pickles),
    Promise("it scores rows of every shape, or says in a sentence why it can't", _scores_everywhere, first=True),
    Promise("it runs on two classes or on many", _runs_somewhere, first=True),
    Promise("it changes the result", _changes),
    Promise("the same seed gives the same scores, whatever the global random state is", _same_seed),
    Promise("it changes neither its input rows nor itself", _leaves_inputs),
    Promise("its fitted result can be pickled", _result_pickles),
    Promise("fields that it does not read do not change the scores", _unread_fields),
    Promise("a row's loss depends on its own logits only", _own_loss),
)


def why_unusable(fitted: Fitted, valid: Table) -> str:
    """Return a sentence on what is wrong with the scores, decisions or costs of a fit, or an empty text."""
    scores = fitted.scores(valid)
    if scores.shape != (len(valid), valid.classes):
        return f"scores have the shape {scores.shape}, not {(len(valid), valid.classes)}"
    if not np.isfinite(scores).all():
        return "scores are not finite numbers"
    sums = np.exp(scores.astype(np.float64)).sum(axis=1)
    if np.abs(sums - 1).max() > 1e-4:
        return f"scores are not log-probabilities: those of a row sum to {sums[np.abs(sums - 1).argmax()]:.4g}"
    decisions = fitted.decide(scores)
    if decisions.min() < 0 or decisions.max() >= valid.classes:
        return f"decisions run from {decisions.min()} to {decisions.max()}, of {valid.classes} classes"
    prior = fitted.declared_prior
    if prior is not None and (abs(prior.sum() - 1) > 1e-6 or (prior < 0).any()):
        return f"the declared prior is not a distribution: {prior.tolist()}"
    rows = fitted.costs["rows_after"]
    return "" if min(rows) >= 0 and sum(rows) > 0 else f"rows per class after resampling are {rows}"


def changed(subject: Subject, shape: str) -> bool:
    """Return whether scores or decisions on a shape differ from those without a strategy; it must apply there."""
    given, before = subject.result(shape), plain(subject.learner, shape)
    assert isinstance(given, Fitted)
    _, valid = rows_of(shape)
    scores, other = given.scores(valid), before.scores(valid)
    return not (np.array_equal(scores, other) and np.array_equal(given.decide(scores), before.decide(other)))


def _arrays(table: Table) -> dict[str, Any]:
    found = {field.name: getattr(table, field.name) for field in dataclasses.fields(table)}
    return {name: value.copy() for name, value in found.items() if isinstance(value, np.ndarray)}
