"""Long-tailed draws."""

import numpy as np
import pytest
from scipy import stats

from longtail.datasets.generator.popularity import Draw, PowerLaw, zipf


def test_zipf_by_hand():
    assert zipf(3, 1.0) == pytest.approx(np.array([6, 3, 2]) / 11)


@pytest.mark.parametrize("probabilities", [zipf(40, 1.2), np.array([1.0]), np.array([0.0, 0.75, 0.25])])
def test_alias_tables_have_exactly_the_probabilities(probabilities):
    draw = Draw.of(probabilities)
    count = len(probabilities)
    # each cell of width 1/m keeps its own code for a part and gives the rest away
    share = draw.keep / count
    np.add.at(share, draw.other, (1 - draw.keep) / count)
    assert share == pytest.approx(probabilities, abs=1e-12)


def test_codes_are_drawn_by_popularity():
    probabilities = zipf(30, 1.0)
    codes = Draw.of(probabilities).codes(np.random.default_rng(0).random(50_000))
    counts = np.bincount(codes, minlength=30)
    assert stats.chisquare(counts, probabilities * 50_000).pvalue > 0.001
    assert stats.chisquare(counts, np.roll(probabilities, 1) * 50_000).pvalue < 1e-9


def test_power_law_draws_its_shares_and_has_the_exponent():
    law = PowerLaw(1000, 0.6)
    codes = law.codes(np.random.default_rng(1).random(100_000))
    tenths = np.add.reduceat(np.bincount(codes, minlength=1000), np.arange(0, 1000, 100))
    expected = np.add.reduceat(law.shares, np.arange(0, 1000, 100)) * 100_000
    assert stats.chisquare(tenths, expected).pvalue > 0.001
    rank = np.arange(50, 1000)
    slope = np.polyfit(np.log(rank + 0.5), np.log(law.shares[rank]), 1)[0]
    assert slope == pytest.approx(-0.6, abs=0.01)
