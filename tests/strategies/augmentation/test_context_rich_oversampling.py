import numpy as np
import pytest
import torch

from longtail.bench.training.learner import Task
from longtail.bench.training.loop import Budget, StageTrainer
from longtail.strategies.augmentation.context_rich_oversampling import ContextRichOversampling
from longtail.strategies.augmentation.cutmix import pasted
from longtail.strategies.network import Batch, Moment, Net, Rng
from longtail.strategies.table import Table


def at(counts: list[float], uniform: torch.Tensor | None = None) -> Moment:
    dice = torch.zeros(0) if uniform is None else uniform
    return Moment(0.5, torch.tensor(counts), torch.zeros(0, len(counts)), Rng(dice, torch.zeros(0)))


def test_partners_are_drawn_by_inverse_class_frequency() -> None:
    torch.testing.assert_close(
        ContextRichOversampling().partner(at([60.0, 30.0, 10.0, 0.0])), torch.tensor([0.1, 0.2, 0.6, 0]) / 0.9
    )
    torch.testing.assert_close(
        ContextRichOversampling(power=0.0).partner(at([60.0, 30.0, 10.0])), torch.full((3,), 1 / 3)
    )


def test_it_pastes_as_row_cutmix() -> None:
    source = torch.Generator().manual_seed(0)
    uniform = torch.rand(400, generator=source)
    batch = Batch((torch.zeros(40, 5),), torch.zeros(40).long(), torch.ones(40))
    other = Batch((torch.ones(40, 5),), torch.ones(40).long(), torch.ones(40))
    rich = ContextRichOversampling().augment(batch, other, at([9.0, 1.0], uniform))
    cut = pasted(batch, other, at([9.0, 1.0], uniform), 1.0, 0.5)
    assert rich.other is other
    assert torch.equal(rich.x[0], cut.x[0])
    assert rich.share is not None
    assert cut.share is not None
    assert torch.equal(rich.share, cut.share)


def test_in_training_backgrounds_are_natural_and_pasted_rows_are_rare() -> None:
    seen: list[torch.Tensor] = []

    class Spy(torch.nn.Module):
        def forward(self, x: tuple[torch.Tensor, ...]) -> torch.Tensor:
            seen.append(x[0].detach().clone())
            return x[0]

    y = np.repeat([0, 1], [900, 100])
    table = Table(np.stack([y, y], 1).astype(np.float32), y, 2, (0, 0), np.ones(1000, np.float32))
    task = Task(ContextRichOversampling(probability=1.0), table, 0, 0, 1000, torch.device("cpu"))
    net = Net(Spy(), torch.nn.Identity(), torch.nn.Linear(2, 2), 2)
    StageTrainer(task, table, Budget(steps=40, epoch=40, batch=100, rate=0.01)).train(net)
    # looks are at 1,000 rows
    cells = torch.cat([part for part in seen if len(part) == 100])
    # of two cells lambda keeps 0, 1, 2 with 1/4, 1/2, 1/4: half are the background's (10 % rare), half are pasted
    # (90 % rare, as 1/100 is to 1/900)
    assert cells.mean().item() == pytest.approx(0.5 * 0.1 + 0.5 * 0.9, abs=0.02)


@pytest.mark.parametrize(("name", "value"), [("alpha", 0), ("probability", 0), ("power", -1)])
def test_parameters_out_of_range_are_named(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} must be .* got {value}"):
        ContextRichOversampling(**{name: value})
