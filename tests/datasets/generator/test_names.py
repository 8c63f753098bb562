"""Names."""

import pytest

from longtail.datasets.generator import names


@pytest.mark.parametrize(
    ("made", "count"),
    [(names.categories, 50), (names.categories, 170), (names.brands, 1300), (names.queries, 2500)],
)
def test_names_differ_and_keep_their_place_when_there_are_more(made, count):
    assert len(set(made(count))) == count
    assert made(count)[:7] == made(7)


def test_ids_have_one_width():
    assert names.numbered("i", 101)[:2] == ("i000", "i001")
    assert names.numbered("i", 101)[-1] == "i100"
