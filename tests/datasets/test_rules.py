"""Kinds of parameters."""

from dataclasses import dataclass

import pytest

from longtail.datasets.rules import typed


@dataclass(frozen=True)
class Part:
    number: float = 1.0
    rows: int = 1
    path: str = "x"
    zipf: float | None = None
    column: str | None = None
    flag: bool = True


@pytest.mark.parametrize("given", [{}, {"number": 2}, {"zipf": 3}, {"zipf": 0.5, "column": "类别"}, {"flag": False}])
def test_values_of_the_kind_that_a_field_says_pass(given):
    typed(Part(**given))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"rows": "many"}, "rows must be a whole number, not 'many'"),
        ({"rows": 1.5}, "rows must be a whole number, not 1.5"),
        ({"rows": True}, "rows must be a whole number, not True"),
        ({"rows": None}, "rows must be a whole number, not None"),
        ({"number": "1"}, "number must be a number, not '1'"),
        ({"number": float("nan")}, "number must be a number, not nan"),
        ({"zipf": float("inf")}, "zipf must be a number, not inf"),
        ({"path": 5}, 'path must be a text, not 5: write it in quotes, path="5"'),
        ({"column": 2024}, 'column must be a text, not 2024: write it in quotes, column="2024"'),
        ({"path": None}, "path must be a text, not None$"),
    ],
)
def test_values_of_another_kind_are_named(given, words):
    with pytest.raises(ValueError, match=words):
        typed(Part(**given))
