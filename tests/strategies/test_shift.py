"""Scores mean what `shift` says: a model that can fit anything is brought back to the true posterior."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, final

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.special import softmax
from torch import Tensor

from longtail.strategies.adaptive_lr.adaptive_learning_rate import AdaptiveLearningRate
from longtail.strategies.adaptive_lr.class_normalised_gradient import ClassNormalisedGradient
from longtail.strategies.augmentation.feature_noise import FeatureNoise
from longtail.strategies.base import Resources, Strategy, row_losses
from longtail.strategies.chain import Chain
from longtail.strategies.controls.label_smoothing import LabelSmoothing
from longtail.strategies.controls.none import Nothing
from longtail.strategies.fairness.group_dro import GroupDro
from longtail.strategies.logit_adjustment.balanced_softmax import BalancedSoftmax
from longtail.strategies.logit_adjustment.logit_adjustment import LogitAdjustment
from longtail.strategies.losses.class_averaged_loss import ClassAveragedLoss
from longtail.strategies.losses.class_weights import ClassWeights
from longtail.strategies.losses.equalisation_loss import EqualisationLoss
from longtail.strategies.losses.focal_loss import FocalLoss
from longtail.strategies.losses.influence_balanced_loss import InfluenceBalancedLoss
from longtail.strategies.losses.label_aware_smoothing import LabelAwareSmoothing
from longtail.strategies.losses.ldam import Ldam
from longtail.strategies.losses.seesaw_loss import SeesawLoss
from longtail.strategies.losses.vector_scaling_loss import VectorScalingLoss
from longtail.strategies.network import Batch, Moment, Rng
from longtail.strategies.schedules.bbn import Bbn
from longtail.strategies.schedules.class_balanced_sampling import ClassBalancedSampling
from longtail.strategies.schedules.decoupled_training import DecoupledTraining
from longtail.strategies.schedules.deferred_reweighting import DeferredReweighting
from longtail.strategies.schedules.nearest_class_mean import NearestClassMean
from longtail.strategies.schedules.tau_normalisation import TauNormalisation
from longtail.strategies.table import Profile, Table
from longtail.strategies.transfer.pretrain_finetune import PretrainFinetune

# rows by value of the one feature (4) and class (3)
COUNTS = np.array([[60, 2, 1], [30, 9, 1], [8, 8, 2], [2, 1, 3]])


@final
@dataclass(frozen=True)
class Tripled(Strategy):
    """Every row of the rarest class three times: over-sampling that leaves P(x | y) exactly as it is."""

    name: ClassVar[str] = "tripled"

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        return table.take(np.repeat(np.arange(len(table)), np.where(table.y == table.counts.argmin(), 3, 1)))


def whole_table() -> Table:
    value, label = (np.repeat(part.ravel(), COUNTS.ravel()) for part in np.indices(COUNTS.shape))
    return Table(value[:, None].astype(np.float32), label, 3, (4,), np.ones(len(label), np.float32))


def minimised(strategy: Strategy, table: Table) -> NDArray[np.float64]:
    """Logits (4, 3) that minimise the strategy's expected loss; float64, to the minimum."""
    counts = torch.tensor(table.counts, dtype=torch.float64)
    at = Moment(1.0, counts, torch.zeros(0, 3), Rng(torch.zeros(0), torch.zeros(0)))
    y = torch.tensor(table.y)
    batch = Batch((), y, torch.tensor(table.weight, dtype=torch.float64))
    draw = strategy.draw(at)
    often = torch.ones(3) if draw is None else draw * counts.sum() / counts
    logits = torch.zeros(4, 3, dtype=torch.float64, requires_grad=True)
    rows = torch.tensor(table.x[:, 0]).long()
    optimizer = torch.optim.LBFGS([logits], 1, 500, None, 1e-11, 1e-15, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = (row_losses(strategy, at)(logits[rows], batch) * often[y]).mean()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return logits.detach().numpy()


def chain(*parts: Strategy) -> Strategy:
    return parts[0] if len(parts) == 1 else Chain(parts)


EXACT: Iterable[tuple[Strategy, ...]] = [
    (Nothing(),),
    (AdaptiveLearningRate(scope="output"),),
    (ClassWeights(),),
    (ClassWeights(strength=1.0),),
    (ClassWeights(beta=0.9),),
    (VectorScalingLoss(gamma=0, tau=0.75),),
    (BalancedSoftmax(),),
    (BalancedSoftmax(tau=0.5),),
    (ClassBalancedSampling(),),
    (ClassBalancedSampling(strength=1.0),),
    (PretrainFinetune(),),
    (DecoupledTraining(),),
    (Tripled(),),
    (Tripled(), BalancedSoftmax()),
    (Tripled(), ClassWeights(), BalancedSoftmax(tau=2.0)),
    (ClassWeights(strength=1.0), BalancedSoftmax()),
    (ClassWeights(beta=0.9), VectorScalingLoss(gamma=0)),
    (DecoupledTraining(), BalancedSoftmax()),
    (ClassBalancedSampling(strength=1.0), BalancedSoftmax()),
    (PretrainFinetune(), BalancedSoftmax()),
    (ClassBalancedSampling(), ClassWeights()),
]


@pytest.mark.parametrize("parts", EXACT, ids=lambda parts: chain(*parts).name)
def test_declared_priors_lead_back_to_the_posterior(parts: tuple[Strategy, ...]) -> None:
    strategy, table = chain(*parts), whole_table()
    natural = table.profile.priors
    table = strategy.resample(table, np.random.default_rng(0), Resources())
    factors = strategy.row_weights(table)
    if factors is not None:
        table = replace(table, weight=table.weight * factors)
    shift = strategy.shift(table.profile)
    assert shift is not None
    declared = table.profile.priors * shift
    found = softmax(minimised(strategy, table) + np.log(natural / declared), axis=1)
    np.testing.assert_allclose(found, COUNTS / COUNTS.sum(1, keepdims=True), atol=1e-6)


@pytest.mark.parametrize(
    "parts",
    [
        (DeferredReweighting(),),
        (ClassAveragedLoss(),),
        (GroupDro(),),
        (FocalLoss(),),
        (Ldam(),),
        (EqualisationLoss(),),
        (SeesawLoss(),),
        (VectorScalingLoss(),),
        (InfluenceBalancedLoss(),),
        (LabelAwareSmoothing(),),
        (LabelSmoothing(),),
        (ClassBalancedSampling(progressive=True),),
        (ClassBalancedSampling(switch=0.8),),
        (DecoupledTraining(classifier="lws"),),
        (TauNormalisation(),),
        (NearestClassMean(),),
        (Bbn(),),
        (ClassNormalisedGradient(),),
        (DeferredReweighting(), FocalLoss()),
        (DeferredReweighting(), BalancedSoftmax()),
        (ClassAveragedLoss(), ClassBalancedSampling()),
        (FeatureNoise(), GroupDro()),
    ],
    ids=lambda parts: chain(*parts).name,
)
def test_one_part_without_a_formula_leaves_none(parts: tuple[Strategy, ...]) -> None:
    assert chain(*parts).shift(whole_table().profile) is None


@pytest.mark.parametrize(
    "balancing", [BalancedSoftmax(), ClassBalancedSampling(strength=1.0)], ids=lambda part: part.name
)
def test_composed_logit_adjustment_starts_from_the_priors_of_the_scores(balancing: Strategy) -> None:
    counts = np.array([90, 9, 1])
    known = Profile(counts, counts * 1.0, (0,), frozenset())
    scores = np.log(np.array([[0.2, 0.5, 0.3]], np.float32))
    pair = Chain((balancing, LogitAdjustment()))
    decide = pair.decide(scores, np.zeros(0, np.int64), known, pair.meant(known))
    assert decide is not None
    values = decide(scores)
    # already of equal priors: one offset for all
    np.testing.assert_allclose(values - scores, np.full((1, 3), np.log(3)), atol=1e-6)
