from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from longtail.bench.registry import learner_named, strategy_named
from longtail.bench.training.fitting import fit_tables
from longtail.strategies.base import HOOKS, Fit, Model, Resources, Strategy, Train
from longtail.strategies.chain import SINGLE, Chain
from longtail.strategies.ensembles.bagging import Bagging
from longtail.strategies.network import Moment, Net, Rng
from longtail.strategies.table import Doubles, Floats, Profile, Table
from longtail.strategies.under_sampling.random_undersampling import RandomUndersampling


@final
@dataclass(frozen=True)
class Times(Strategy):
    """Multiplies: the numbers by resampling, all weights, the prior; reads what it is told to."""

    name: ClassVar[str] = "times"
    reads: ClassVar[frozenset[str]] = frozenset({"propensity"})
    by: float = 2.0
    plus: float = 0.0
    late: float = 0.0

    def why_skip(self, profile: Profile) -> str | None:
        return "times zero is nothing" if self.by == 0 else None

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        return table.plus(table.drawn(table.x[:1] * self.by + self.plus, table.y[:1])).take(np.array([len(table)]))

    def row_weights(self, table: Table) -> Floats:
        return np.full(len(table), self.by, np.float32)

    def class_weights(self, at: Moment) -> Tensor:
        return torch.full_like(at.counts, self.by)

    def step_sizes(self, params, batch, at):
        return {"head.weight": torch.tensor(self.by)} if self.by > 2 else {"head.bias": torch.tensor(self.by)}

    def calibrate(self, scores, y, natural, trained) -> Callable[[Floats], Floats]:
        top = scores.max()
        return lambda given: given / top * self.by

    def shift(self, trained: Profile) -> Doubles | None:
        return None if self.by == 1 else np.array([self.by, 1.0])

    @property
    def settled(self) -> float:
        return self.late


@final
@dataclass(frozen=True)
class Staged(Strategy):
    name: ClassVar[str] = "staged"
    reads: ClassVar[frozenset[str]] = frozenset({"group"})

    def stages(self, net: Net, train: Train, table: Table, source: torch.Generator) -> Net:
        net = train(net, using=Drawing(), only="head", share=0.25)
        return train(net, table=table, share=0.75)


@final
@dataclass(frozen=True)
class Drawing(Strategy):
    name: ClassVar[str] = "drawing"

    def draw(self, at: Moment) -> Tensor:
        return at.counts / at.counts.sum()


def at(classes=2):
    return Moment(0.0, torch.ones(classes), torch.zeros(0, classes), Rng(torch.zeros(0), torch.zeros(0)))


def test_rows_are_changed_in_the_order_in_which_parts_are_written(make_table):
    table = make_table((3, 2), (0,))
    rng, one = np.random.default_rng(0), table.x[0, 0]
    double_first = Chain((Times(2.0), Times(1.0, plus=5.0))).resample(table, rng, Resources())
    add_first = Chain((Times(1.0, plus=5.0), Times(2.0))).resample(table, rng, Resources())
    assert double_first.x[0, 0] == pytest.approx(2 * one + 5)
    assert add_first.x[0, 0] == pytest.approx(2 * (one + 5))


def test_weights_multiply(make_table):
    table, chain = make_table((3, 2)), Chain((Times(2.0), Drawing(), Times(3.0)))
    assert chain.row_weights(table).tolist() == [6] * 5
    assert chain.class_weights(at()).tolist() == [6, 6]
    assert Chain((Drawing(), Staged())).row_weights(table) is None
    assert Chain((Drawing(), Staged())).class_weights(at()) is None


def test_step_sizes_multiply_by_parameter():
    params = dict.fromkeys(("head.weight", "head.bias", "body.weight"), torch.ones(1))
    sizes = Chain((Times(3.0), Times(2.0), Times(5.0))).step_sizes(params, None, at())
    assert {name: float(size) for name, size in sizes.items()} == {"head.weight": 15, "head.bias": 2}


def test_priors_shift_by_the_product_and_not_at_all_where_one_has_no_formula(make_table):
    trained = make_table((3, 2)).profile
    assert Chain((Times(2.0), Times(3.0))).shift(trained).tolist() == [6, 1]
    assert Chain((Times(2.0), Times(1.0))).shift(trained) is None


def test_the_second_calibration_is_fitted_on_what_the_first_gives(make_table):
    profile = make_table((3, 2)).profile
    scores = np.array([[4.0, 8.0]], np.float32)
    step = Chain((Times(2.0), Times(3.0))).calibrate(scores, np.array([0]), profile, profile)
    # first: over 8, times 2, so the largest is 2; second: over 2, times 3
    assert step is not None
    np.testing.assert_allclose(step(scores), [[1.5, 3.0]])
    assert Chain((Drawing(), Staged())).calibrate(scores, np.array([0]), profile, profile) is None


@pytest.mark.parametrize("hook", SINGLE)
def test_two_owners_of_a_hook_that_replaces_something_are_refused(hook):
    def override(*args, **kwargs):
        raise AssertionError

    first, second = (type(f"Part{name}", (Strategy,), {"name": name, hook: override})() for name in ("one", "two"))
    with pytest.raises(ValueError, match=f"only one part .* can replace `{hook}`, got one and two"):
        Chain((first, second))
    assert Chain((first, Drawing() if hook != "draw" else Staged())).owner(hook) is first


def test_a_part_that_must_be_last_on_a_hook_is_refused_before_another_of_that_hook():
    def override(*args, **kwargs):
        raise AssertionError

    closing = type("Closing", (Strategy,), {"name": "closing", "augment": override, "last": frozenset({"augment"})})()
    other = type("Other", (Strategy,), {"name": "other", "augment": override})()
    with pytest.raises(ValueError, match=r"closing must be the last part .* `augment`: write other\+closing, not"):
        Chain((closing, Drawing(), other))
    assert Chain((other, closing, Drawing())).parts[1] is closing


def test_what_one_part_claims_no_other_part_may_have():
    def override(*args, **kwargs):
        raise AssertionError

    staged = type("One", (Strategy,), {"name": "one", "claims": frozenset({"objective", "head"})})()
    weighing = type("Two", (Strategy,), {"name": "two", "class_weights": override})()
    headed = type("Three", (Strategy,), {"name": "three", "claims": frozenset({"head", "class_weights"})})()
    aiming = type("Four", (Strategy,), {"name": "four", "objective": override})()
    for pair in ((staged, headed), (headed, staged)):
        with pytest.raises(ValueError, match="can't be composed: each sets the head of the network"):
            Chain(pair)
    with pytest.raises(ValueError, match="can replace `objective`, got four and one"):
        Chain((aiming, staged))
    with pytest.raises(ValueError, match="can replace `class_weights`, got two and three"):
        Chain((weighing, headed))
    assert Chain((weighing, staged)).owner("class_weights") is weighing


def test_it_acts_reads_skips_and_settles_as_its_parts_do(make_table):
    chain = Chain((Times(2.0, late=0.3), Staged(), Times(0.0, late=0.8), Drawing()))
    assert chain.name == "times+staged+times+drawing"
    assert chain.acts == Times().acts | Staged().acts | Drawing().acts
    assert chain.acts <= set(HOOKS)
    assert chain.reads == {"propensity", "group"}
    assert chain.settled == 0.8
    assert chain.why_skip(make_table((3, 2)).profile) == "times zero is nothing"


def test_a_stage_runs_with_its_own_hooks_and_those_of_the_other_parts(make_table):
    chain, calls = Chain((Times(2.0), Staged())), []

    def train(net, *, table=None, using=None, only="", share=1.0):
        calls.append((table, using, only, share))
        return net

    net, table = Net(nn.Identity(), nn.Identity(), nn.Linear(2, 2), 2), make_table((3, 2))
    assert chain.stages(net, train, table, torch.Generator()) is net
    (first_rows, first, only, share), (last_rows, last, _, _) = calls
    assert (first_rows, only, share) == (None, "head", 0.25)
    assert first.parts == (Times(2.0), Drawing())
    assert last_rows is table
    assert last == chain


def test_a_chain_without_stages_trains_once_with_all_its_parts(make_table):
    chain, calls = Chain((Times(2.0), Drawing())), []

    def train(net, **given):
        calls.append(given)
        return net

    net = Net(nn.Identity(), nn.Identity(), nn.Linear(2, 2), 2)
    chain.stages(net, train, make_table((3, 2)), torch.Generator())
    assert [(call["using"], call["share"]) for call in calls] == [(chain, 1.0)]


class Constant:
    def scores(self, table: Table) -> Floats:
        return np.log(np.full((len(table), table.classes), 1 / table.classes, np.float32))


def test_bagging_and_random_undersampling_make_under_bagging(make_table):
    """Each member resamples its own bootstrap: rare rows differ between members, which one draw beforehand forbids."""
    table, strategy, members = make_table((900, 40, 12)), Chain((Bagging(members=4), RandomUndersampling())), []

    def fit(rows: Table, *, member: int = 0) -> Model:
        members.append((rows, strategy.resample(rows, np.random.default_rng(member), Resources())))
        return Constant()

    fitting: Fit = fit
    strategy.assemble(table, fitting, np.random.default_rng(0))
    assert len(members) == 4
    for bootstrap, rows in members:
        assert len(bootstrap) == len(table)
        assert rows.counts[2] == bootstrap.counts[2]
        assert (
            rows.counts[0] == round((bootstrap.counts[0] * max(10, bootstrap.counts[2])) ** 0.5) < bootstrap.counts[0]
        )
        assert set(rows.group) <= set(bootstrap.group)
    rare = [frozenset(rows.group[rows.y == 2]) for _, rows in members]
    assert len(set(rare)) == 4


def test_under_bagging_fits_every_member_on_under_sampled_rows(make_table):
    table = make_table((600, 40, 12))
    fitted = fit_tables(
        strategy_named("bagging(members=5)+random-undersampling(strength=1)"),
        learner_named("tree"),
        table,
        make_table((60, 20, 20), seed=1),
        0,
        torch.device("cpu"),
    )
    assert fitted.costs["fits"] == 5
    after = fitted.costs["rows_after"]
    assert after[0] == pytest.approx(max(10, after[2]), abs=4)
    assert fitted.costs["rows_before"] == [600, 40, 12]
    np.testing.assert_allclose(fitted.declared_prior, fitted.trained.priors)
