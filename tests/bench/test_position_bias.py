"""Whether a correction does what it is there for: a log with position bias, and rows of its world that are all seen."""

import numpy as np
import pytest
import torch

from longtail.bench.evaluation.bands import Cuts
from longtail.bench.evaluation.labels import Labels
from longtail.bench.evaluation.metrics.ranking import average_precisions
from longtail.bench.learners.logistic import Logistic
from longtail.bench.registry import source_named, strategy_named
from longtail.bench.training.fitting import fit_tables
from longtail.bench.training.preparation import prepare


def average_precision(dataset: str, strategy: str) -> float:
    """Weighted by the posterior, so that the draw of test labels plays no part."""
    prepared = prepare(source_named(dataset).load(np.random.SeedSequence(7)), 7)
    fitted = fit_tables(
        strategy_named(strategy), Logistic(C=0.1), prepared.train, prepared.valid, 7, torch.device("cpu")
    )
    labels = Labels.of(prepared.truth, Cuts())
    return float(labels.mean(average_precisions(fitted.scores(prepared.test), labels.weights)))


@pytest.mark.parametrize(("dataset", "gains"), [("ctr-examined", True), ("ctr-position", False)])
def test_weights_gain_on_rows_that_are_all_seen_and_lose_on_the_log_that_they_correct(
    dataset: str, gains: bool
) -> None:
    gain = average_precision(dataset, "inverse-examination") - average_precision(dataset, "none")
    assert gain > 0.01 if gains else gain < -0.01
