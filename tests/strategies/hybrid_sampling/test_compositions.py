"""What needs no file of its own: over-sampling, then cleaning or under-sampling, is a chain."""

import numpy as np
import pytest
from imblearn.combine import SMOTEENN, SMOTETomek
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import EditedNearestNeighbours, RandomUnderSampler, TomekLinks

from longtail.bench.registry import strategy_named
from longtail.strategies.base import Resources


def resampled(text, table):
    strategy = strategy_named(text)
    assert strategy.why_skip(table.profile) is None
    return strategy.resample(table, np.random.default_rng(7), Resources())


def seeds():
    """What the parts of a chain draw, one after the other."""
    rng = np.random.default_rng(7)
    return [int(rng.integers(2**31)) for _ in range(2)]


def assert_same_rows(rows, x, y):
    assert (rows.y == y).all()
    np.testing.assert_array_equal(rows.x, x)


@pytest.mark.parametrize("counts", [(200, 30), (150, 80, 20)])
def test_smote_then_editing_all_classes_is_imblearns_smoteenn(make_table, counts):
    table = make_table(counts, (0, 0, 0))
    x, y = SMOTEENN(
        smote=SMOTE(random_state=seeds()[0]), enn=EditedNearestNeighbours(sampling_strategy="all")
    ).fit_resample(table.x, table.y)
    rows = resampled("smote(strength=1)+edited-nearest-neighbours(classes=all)", table)
    assert len(rows) < counts[0] * len(counts)
    assert_same_rows(rows, x, y)


@pytest.mark.parametrize("counts", [(200, 30), (150, 80, 20)])
def test_smote_then_links_of_all_classes_is_imblearns_smotetomek(make_table, counts):
    table = make_table(counts, (0, 0, 0))
    x, y = SMOTETomek(smote=SMOTE(random_state=seeds()[0]), tomek=TomekLinks(sampling_strategy="all")).fit_resample(
        table.x, table.y
    )
    rows = resampled("smote(strength=1)+tomek-links(classes=all)", table)
    assert len(rows) < counts[0] * len(counts)
    assert_same_rows(rows, x, y)


def test_smote_then_random_undersampling_is_imblearns_pipeline(make_table):
    table = make_table((400, 30), (0, 0, 0))
    smote, under = seeds()
    pipeline = Pipeline(
        [
            ("smote", SMOTE(sampling_strategy={1: 110}, random_state=smote)),
            ("under", RandomUnderSampler(sampling_strategy={0: 210}, random_state=under)),
        ]
    )
    x, y = pipeline.fit_resample(table.x, table.y)
    rows = resampled("smote+random-undersampling", table)
    # roots of 400 * 30 and 400 * 110
    assert rows.counts.tolist() == [210, 110]
    assert_same_rows(rows, x, y)
