"""Two strategies as one are refused by name, or they fit: every ordered pair of those that act on networks."""

from contextlib import suppress
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch

from longtail.bench.errors import ConfigurationError, NotApplicable
from longtail.bench.learners.mlp import Mlp
from longtail.bench.registry import strategy_named
from longtail.bench.training.fitting import fit_tables
from longtail.bench.training.learner import ANY
from longtail.strategies.catalogue import strategy_classes
from longtail.strategies.table import Table

MLP = Mlp(epochs=2, batch=128, hidden=16, rate=0.01)
NETWORKS = [name for name, kind in strategy_classes().items() if kind().acts - ANY and "estimator" not in kind().acts]
PARTS = [*NETWORKS, "decoupled-training(classifier=lws)"]


def bare(counts: tuple[int, ...], rng: np.random.Generator) -> Table:
    y = rng.permutation(np.repeat(np.arange(len(counts)), counts)).astype(np.int64)
    numbers = rng.normal(0.7 * (y[:, None] % 3), 1, (len(y), 2))
    codes = np.where(rng.random(len(y)) < 0.4, y % 6, rng.integers(6, size=len(y)))
    x = np.concatenate([numbers, codes[:, None]], axis=1).astype(np.float32)
    propensity, examination = (rng.uniform(0.05, 1, len(y)).astype(np.float32) for _ in range(2))
    ones = np.ones(len(y), np.float32)
    return Table(x, y, len(counts), (0, 0, 6), ones, propensity, examination=examination)


def made(counts: tuple[int, ...]) -> tuple[Table, Table]:
    """Training rows that have every field but users, and validation rows."""
    rng = np.random.default_rng(0)
    train, more, valid = (bare(rows, rng) for rows in (counts, counts, (20,) * len(counts)))
    unlabelled = replace(more, y=np.zeros(len(more), np.int64))
    return replace(train, unlabelled=unlabelled, oracle=more.y, source=more), valid


@pytest.fixture(scope="module")
def rows() -> tuple[Table, Table]:
    """Of many classes."""
    return made((120, 60, 30, 15, 8, 5))


@pytest.fixture(scope="module")
def clicks() -> tuple[Table, Table]:
    """Of two, for strategies that work on no more."""
    return made((200, 40))


@pytest.mark.slow
@pytest.mark.parametrize("first", PARTS)
def test_a_pair_is_refused_by_name_or_fits(first: str, rows: tuple[Table, Table], clicks: tuple[Table, Table]) -> None:
    fitted = []
    for second, tables in product(PARTS, (rows, clicks)):
        if second in fitted:
            continue
        with suppress(ConfigurationError, NotApplicable):
            pair = strategy_named(f"{first}+{second}")
            scores = fit_tables(pair, MLP, *tables, 0, torch.device("cpu")).valid_scores
            assert np.isfinite(scores).all(), second
            assert np.ptp(np.exp(scores), axis=0).max() > 1e-6, f"{second}: all rows have the same scores"
            fitted.append(second)
    assert fitted


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("mixup+cutmix", "mixup and cutmix can't be composed: each sets the labels of a row"),
        ("cutmix+mixup", "cutmix and mixup can't be composed"),
        ("mixup+bbn", "each sets the labels of a row"),
        ("ldam+bbn", "ldam and bbn can't be composed: each sets the head of the network"),
        ("from-another-market+ldam", "each sets the head"),
        ("ride+tau-normalisation", "each sets the head"),
        ("ldam+decoupled-training(classifier=lws)", "each sets the head"),
        ("distillation+ride", "each sets the shape of logits in training"),
        ("influence-balanced-loss+ride", "each sets the shape of logits"),
        ("lade+scarf-pretraining", "can replace `objective`, got lade and scarf-pretraining"),
        ("class-averaged-loss+distillation", "can replace `objective`, got class-averaged-loss and distillation"),
        ("deferred-reweighting+doubly-robust", "can replace `class_weights`"),
        ("sam+group-dro", "can replace `gradient`, got sam and group-dro"),
        ("inverse-examination+unbiased-relevance", "each sets the weight of a click by its examination"),
        ("inverse-propensity+doubly-robust", "each sets the weight of a row by its propensity"),
        ("smote+smote", "smote is listed 2 times; list it once"),
        ("none+smote", "none has no effect beside other strategies; leave it out"),
    ],
)
def test_what_would_break_or_undo_another_part_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        strategy_named(text)


@pytest.mark.parametrize("text", ["ldam+deferred-reweighting", "ldam+decoupled-training", "mixup+deferred-reweighting"])
def test_what_papers_compose_is_composed(text: str, rows: tuple[Table, Table]) -> None:
    assert np.isfinite(fit_tables(strategy_named(text), MLP, *rows, 0, torch.device("cpu")).valid_scores).all()


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("inverse-propensity+smote(strength=1)", "inverse-propensity needs the propensity of every row"),
        ("smote(strength=1)+inverse-examination", "inverse-examination needs the examination of every row"),
        ("smote(strength=1)+unbiased-relevance", "the examination of every row is needed"),
    ],
)
def test_synthetic_rows_beside_weights_by_chances_are_not_applicable(
    text: str, lacking: str, clicks: tuple[Table, Table]
) -> None:
    with pytest.raises(NotApplicable, match=f"{lacking}.*synthetic rows have none"):
        fit_tables(strategy_named(text), MLP, *clicks, 0, torch.device("cpu"))
