import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from longtail.strategies.augmentation.mixup import Mixup
from longtail.strategies.base import Strategy, row_losses
from longtail.strategies.chain import Chain
from longtail.strategies.network import Batch, Moment, Net, Rng
from longtail.strategies.transfer.masked_pretraining import MaskedPretraining, Restoring


class First(nn.Module):
    def forward(self, x: tuple[Tensor, ...]) -> Tensor:
        return x[0]


class Fixed(nn.Module):
    """Says the same of every row."""

    def __init__(self, out: list[float]) -> None:
        super().__init__()
        self.out = torch.tensor(out)

    def forward(self, h: Tensor) -> Tensor:
        return self.out.expand(len(h), -1)


def at(uniform: Tensor) -> Moment:
    return Moment(0.5, torch.tensor([3.0, 1.0]), torch.zeros(0, 2), Rng(uniform, torch.zeros(0)))


def test_the_loss_by_hand() -> None:
    # a number and a code of three: logits of both being masked, the number, the code's logits
    out = [0.5, -1.0, 2.0, 0.0, 1.0, 0.0]
    net = Net(First(), nn.Identity(), Fixed(out), 1)
    true = Batch((torch.tensor([[1.5]]), torch.tensor([[1]])), torch.tensor([0]), torch.ones(1))
    masked = true._replace(x=(torch.tensor([[9.0]]), torch.tensor([[1]])), other=true)
    moment = at(torch.zeros(0))
    found = Restoring((3,), 0.3, 2.0).objective(net, masked, row_losses(Strategy(), moment), moment)
    # the number was masked, the code not
    told = (F.softplus(torch.tensor(-0.5)) + F.softplus(torch.tensor(-1.0))) / 2
    lost = (2.0 - 1.5) ** 2 - torch.tensor([0.0, 1.0, 0.0]).log_softmax(0)[1]
    assert found.item() == pytest.approx(float(told + 2 * lost / 2), rel=1e-6)


def test_the_share_of_cells_is_masked_and_the_truth_kept() -> None:
    source = torch.Generator().manual_seed(0)
    n = 5000

    def rows() -> Batch:
        x = torch.randn(n, 2, generator=source), torch.randint(50, (n, 1), generator=source)
        return Batch(x, torch.zeros(n, dtype=torch.int64), torch.ones(n))

    batch = rows()
    seen = Restoring((50,), 0.3).augment(batch, rows(), at(torch.rand(6 * n, generator=source)))
    assert seen.other is not None
    assert torch.equal(seen.other.x[0], batch.x[0])
    assert (seen.x[0] != batch.x[0]).float().mean().item() == pytest.approx(0.3, abs=0.01)


def test_cells_that_follow_from_others_are_restored() -> None:
    source = torch.Generator().manual_seed(0)
    numbers = torch.randn(512, 1, generator=source).repeat(1, 3)
    codes = (numbers[:, :1] > 0).long()
    batch = Batch((numbers, codes), torch.zeros(512, dtype=torch.int64), torch.ones(512))
    torch.manual_seed(0)

    class Both(nn.Module):
        def forward(self, x: tuple[Tensor, ...]) -> Tensor:
            return torch.cat([x[0], x[1].float()], 1)

    net = Net(Both(), nn.Sequential(nn.Linear(4, 32), nn.ReLU()), nn.Linear(32, 4 + 3 + 2), 32)
    me, optimiser, values = Restoring((2,)), torch.optim.Adam(net.parameters(), 0.01), []
    for _ in range(150):
        moment = at(torch.rand(512 * 8, generator=source))
        seen = me.augment(batch, batch, moment)
        loss = me.objective(net, seen, row_losses(Strategy(), moment), moment).mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        values.append(loss.item())
    assert values[-1] < values[0] / 2


@pytest.mark.parametrize(("name", "value"), [("share", 1), ("mask", 0), ("alpha", 0), ("tuning", "half")])
def test_wrong_parameters_are_named(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"{name} must be .* got {value!r}"):
        MaskedPretraining(**{name: value})  # type: ignore[arg-type]


def test_no_augmentation_comes_after_it() -> None:
    with pytest.raises(ValueError, match="masked-pretraining must be the last part that overrides `augment`"):
        Chain((MaskedPretraining(), Mixup()))
    assert Chain((Mixup(), MaskedPretraining())).owner("stages") == MaskedPretraining()
