"""The page on real data says what the code holds."""

import re
from pathlib import Path

import pytest

from longtail.datasets.catalogue import source_classes
from longtail.datasets.reading.keel_sets import KEEL_SETS
from longtail.datasets.reading.zenodo_collection import SETS

PAGE = (Path(__file__).parents[3] / "docs" / "datasets.md").read_text().partition("## Real data\n")[2]


def test_every_real_set_has_its_row():
    real = [name for name, kind in source_classes().items() if not kind.generated and name != "file"]
    assert len(real) == 10
    assert all(re.search(rf"^\| `{re.escape(name)}(\(set=\.\.\.\))?` \|", PAGE, re.MULTILINE) for name in real)


def row_of(name):
    (found,) = re.findall(rf"^\| `{re.escape(name)}` \| (.*) \|$", PAGE, re.MULTILINE)
    return [cell.strip() for cell in found.split("|")]


@pytest.mark.parametrize("name", KEEL_SETS)
def test_the_table_of_keel_is_that_of_the_code(name):
    known = KEEL_SETS[name]
    source, rows, classes, imbalance, smallest, *baselines = row_of(name)
    assert (source, rows, classes, smallest) == (
        known.source, f"{known.rows:,}", str(known.classes), str(known.smallest),
    )  # fmt: skip
    assert float(imbalance.replace(",", "")) == pytest.approx(known.largest / known.smallest, rel=0.05)
    for shown, measured in zip(baselines, (known.logistic, known.gbdt), strict=True):
        assert (float(shown) if shown else None) == (measured and pytest.approx(measured, abs=0.006))


def test_every_set_of_the_zenodo_collection_is_named():
    named = PAGE.partition("### Zenodo")[2]
    assert all(f"`{name}`" in named for name in SETS)
