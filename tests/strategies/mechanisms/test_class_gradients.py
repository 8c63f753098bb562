from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call, grad

from longtail.bench.learners.dcn import CrossAndDeep
from longtail.bench.training.networks import Embeddings
from longtail.strategies.adaptive_lr.class_normalised_gradient import ClassNormalisedGradient
from longtail.strategies.mechanisms.class_gradients import lengths, pays
from longtail.strategies.mechanisms.cosine_head import CosineHead
from longtail.strategies.network import Batch, Moment, Net, Params, Rng, Terms

ROWS, CLASSES, CARDINALITIES = 24, 12, [4, 3]


def net(head: nn.Module | None = None) -> Net:
    torch.manual_seed(0)
    embed = Embeddings(3, CARDINALITIES, 2)
    made = Net(embed, CrossAndDeep(embed.width, 2, 16), head or nn.Linear(embed.width + 16, CLASSES), embed.width + 16)
    return made.double()


def rows(seed: int) -> Batch:
    source = torch.Generator().manual_seed(seed)
    codes = torch.stack([torch.randint(k, (ROWS,), generator=source) for k in CARDINALITIES], 1)
    numbers = torch.randn(ROWS, 3, generator=source, dtype=torch.float64)
    # the last class has no row
    y = torch.randint(CLASSES - 1, (ROWS,), generator=source)
    return Batch((numbers, codes), y, torch.ones(ROWS, dtype=torch.float64))


def terms(of: nn.Module, batch: Batch) -> Callable[[Params], Tensor]:
    def found(params: Params) -> Tensor:
        logits: Tensor = functional_call(of, dict(params), (batch,))
        return F.cross_entropy(logits, batch.y, reduction="none")

    return found


def params(of: nn.Module) -> dict[str, Tensor]:
    return {name: p.detach() for name, p in of.named_parameters()}


def mixed() -> Batch:
    share = torch.linspace(0.1, 1, ROWS, dtype=torch.float64)
    return rows(0)._replace(other=rows(1), blend=share, share=share)


@pytest.mark.parametrize("batch", [rows(0), mixed()], ids=["plain", "mixed"])
def test_lengths_are_those_of_the_gradients_of_classes(batch: Batch) -> None:
    of, given = net(), params(net())
    loss = terms(of, batch)
    found = lengths(Terms(loss, apart=True), given)
    assert found is not None
    torch.testing.assert_close(found.terms, loss(given))
    slopes = [grad(lambda p, c=c: loss(p)[batch.y == c].sum())(given) for c in range(CLASSES)]
    expected = torch.stack([sum(part.square().sum() for part in slope.values()) for slope in slopes])
    assert expected[-1] == 0
    torch.testing.assert_close(found.squares(batch.y, CLASSES), expected)
    factors = torch.linspace(-1, 2, ROWS, dtype=torch.float64)
    whole = grad(lambda p: (factors * loss(p)).sum())(given)
    for name, part in found.pull(factors).items():
        torch.testing.assert_close(part, whole[name])


def test_both_ways_give_one_gradient() -> None:
    batch, given = rows(0)._replace(y=rows(0).y % 5), params(net())
    loss = terms(net(), batch)
    at = Moment(0.5, torch.ones(CLASSES), torch.zeros(0, CLASSES), Rng(torch.zeros(0), torch.zeros(0)))
    assert pays(given, ROWS, CLASSES)
    short, long = (
        ClassNormalisedGradient().gradient(way, given, batch, at) for way in (Terms(loss, True), Terms(loss, False))
    )
    for name in given:
        torch.testing.assert_close(short[name], long[name])


class Twice(nn.Module):
    """One layer met twice."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 3)
        self.head = nn.Linear(3, CLASSES)

    def forward(self, batch: Batch) -> Tensor:
        logits: Tensor = self.head(self.layer(self.layer(batch.x[0])))
        return logits


class Scaled(nn.Module):
    """A parameter that is no layer's."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(3, CLASSES)
        self.scale = nn.Parameter(torch.ones(CLASSES))

    def forward(self, batch: Batch) -> Tensor:
        logits: Tensor = self.head(batch.x[0]) * self.scale
        return logits


def test_other_networks_have_none() -> None:
    batch = rows(0)
    cosine = net(CosineHead(7 + 16, CLASSES, 30.0, torch.Generator().manual_seed(0)))
    for of in (Twice().double(), Scaled().double(), cosine):
        assert lengths(Terms(terms(of, batch), apart=True), params(of)) is None
    plain = terms(net(), batch)
    assert lengths(plain, params(net())) is None
    assert lengths(Terms(plain, apart=False), params(net())) is None


def test_pairs_of_rows_pay_where_classes_are_many() -> None:
    given = {"weight": torch.zeros(100, 100), "bias": torch.zeros(100)}
    # 50 * 200 products of pairs against 10,000 for every class but two
    assert not pays(given, 50, 3)
    assert pays(given, 50, 4)
