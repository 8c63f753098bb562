"""The promises of every strategy: this suite runs on each one that the catalogue finds."""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from itertools import combinations
from typing import Any

import pytest

from longtail.bench.contracts.promises import PROMISES, Promise, changed, why_unusable
from longtail.bench.contracts.row_shapes import EVERYWHERE, rows_of
from longtail.bench.contracts.subject import Subject, plain
from longtail.bench.registry import learner_classes, name_of, strategy_named
from longtail.bench.training.fitting import Fitted
from longtail.strategies.base import Strategy
from longtail.strategies.catalogue import family_of, strategy_classes

KINDS = strategy_classes()
NAMES = list(KINDS)
ACTIVE = [name for name, kind in KINDS.items() if family_of(kind) != "controls"]
MAY_FIND_NOTHING = {
    "tail-plateau": {"a class with one row", "categories only", "numbers only"},
    "tomek-links": {"categories only"},
}
"""shapes on which what a strategy waits for needn't be there: a stop of the tail's recall in four epochs, a link among
rows that are mostly twins; only looking shows it"""


@cache
def subject(name: str, learner: str = "") -> Subject:
    return Subject(KINDS[name], learner)


def outcome(name: str, parameter: str, value: Any, shape: str) -> tuple[bytes, bytes] | str:
    """Scores and decisions at one value of a parameter, or why it was skipped."""
    given = subject(name).tried(shape, dataclasses.replace(subject(name).strategy, **{parameter: value}))
    if isinstance(given, str):
        return given
    scores = given.scores(rows_of(shape)[1])
    return scores.tobytes(), given.decide(scores).tobytes()


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.text)
@pytest.mark.parametrize("name", NAMES)
def test_it_keeps_its_promise(name: str, promise: Promise) -> None:
    assert not promise.broken(subject(name))


# what it is


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_frozen_final_dataclass_in_a_file_of_its_name(name: str) -> None:
    kind = KINDS[name]
    assert kind.__bases__ == (Strategy,)
    assert getattr(kind, "__final__", False)
    assert kind.__module__.rsplit(".", 1)[1] == name.replace("-", "_")
    assert kind() == kind()
    assert hash(kind()) == hash(kind())
    with pytest.raises(dataclasses.FrozenInstanceError):
        kind().anything = 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ACTIVE)
def test_its_docstring_says_the_idea_and_the_paper(name: str) -> None:
    kind = KINDS[name]
    first, blank, *rest = (kind.__doc__ or "").strip().split("\n")
    assert first.endswith(".")
    assert not blank.strip()
    years = re.findall(r"\b(?:19|20)\d\d\b", kind.paper)
    assert years, f"{name}.paper names no year: {kind.paper!r}"
    author = re.split(r"[ ,]", kind.paper)[0]
    text = " ".join(" ".join(rest).split())
    assert author in text
    assert years[0] in text
    places = places_of(kind.paper)
    assert places <= places_of(text), f"{name} names a place in its paper that the docstring doesn't"
    # without one the reader has nothing to open the paper at: the rule has to stand here
    after = text.split(years[0], 1)[1]
    assert places or len(after.split()) > 6, f"{name} cites a paper and doesn't say its rule or formula"


def places_of(text: str) -> set[tuple[str, str]]:
    """Kinds and numbers of the places that a text names, as in "sections 4.2 and 6.1"."""
    kinds = "equation|section|algorithm|theorem|proposition"
    found = re.findall(rf"({kinds})s? (\d[\d.]*(?:(?:, | and | to )\d[\d.]*)*)", text)
    return {(kind, number) for kind, numbers in found for number in re.findall(r"\d+(?:\.\d+)*", numbers)}


def test_places_are_read_one_by_one() -> None:
    assert places_of("2002, JAIR 16, sections 4.2, 6.1 and 6.2; algorithm 1.") == {
        ("section", "4.2"),
        ("section", "6.1"),
        ("section", "6.2"),
        ("algorithm", "1"),
    }


@pytest.mark.parametrize("name", NAMES)
def test_nonsense_for_a_parameter_is_refused_by_its_name(name: str) -> None:
    for field in dataclasses.fields(KINDS[name]):
        with pytest.raises(ValueError, match=rf"^{field.name} must .*nonsense"):
            KINDS[name](**{field.name: "nonsense"})


# what it gives


@pytest.mark.parametrize("name", NAMES)
def test_every_value_of_its_grid_has_a_name_that_reads_back(name: str) -> None:
    for parameter, values in KINDS[name].grid.items():
        for value in values:
            strategy = KINDS[name](**{parameter: value})
            assert strategy_named(name_of(strategy)) == strategy


# what it gives


@pytest.mark.parametrize("shape", EVERYWHERE)
@pytest.mark.parametrize("name", ACTIVE)
def test_it_changes_the_result_or_says_why_not(name: str, shape: str) -> None:
    if isinstance(subject(name).result(shape), str) or shape in MAY_FIND_NOTHING.get(name, ()):
        return
    assert changed(subject(name), shape), f"{name} ran and changed nothing"


@pytest.mark.parametrize("name", [name for name in NAMES if not {"estimator", "assemble"} & KINDS[name]().acts])
def test_a_network_takes_the_same_number_of_steps_whatever_it_does_to_rows(name: str) -> None:
    shape, given = subject(name, "mlp").where_it_runs
    assert given.costs["optimiser_steps"] == plain("mlp", shape).costs["optimiser_steps"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("learner", list(learner_classes()))
@pytest.mark.parametrize("name", NAMES)
def test_every_pair_scores_or_says_why_not(name: str, learner: str) -> None:
    for shape in ("two classes", "many classes"):
        given = subject(name, learner).result(shape)
        if isinstance(given, str):
            assert len(given.split()) > 4, "a reason is a sentence"
        else:
            assert not why_unusable(given, rows_of(shape)[1])


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_value_of_its_grid_fits(name: str) -> None:
    for parameter, values in KINDS[name].grid.items():
        for value in values:
            changed_one = dataclasses.replace(subject(name).strategy, **{parameter: value})
            fitted = subject(name).tried("two classes", changed_one)
            if isinstance(fitted, Fitted):
                assert not why_unusable(fitted, rows_of("two classes")[1])
            else:
                assert len(fitted.split()) > 4


@pytest.mark.slow
@pytest.mark.parametrize(("name", "parameter"), [(name, key) for name in NAMES for key in KINDS[name].grid])
def test_values_of_its_grid_give_different_results(name: str, parameter: str) -> None:
    values = KINDS[name].grid[parameter]
    if parameter == "steps":  # of generators: cheap, and in the same ratios
        values = tuple(value // 50 for value in values)
    alike = set(combinations(values, 2))
    for shape in ("many classes", "steep", "two classes", *EVERYWHERE):
        given = {value: outcome(name, parameter, value, shape) for pair in alike for value in pair}
        alike = {(a, b) for a, b in alike if given[a] == given[b] or str in {type(given[a]), type(given[b])}}
        if not alike:
            return
    pytest.fail(f"on no shape do these values of {parameter} differ: {sorted(alike)}")
