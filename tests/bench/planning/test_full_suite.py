import re
from functools import cache
from pathlib import Path

import pytest

from longtail.bench.evaluation.references import LIMIT, PRIOR
from longtail.bench.naming import parse
from longtail.bench.planning.plan import expand, known_beforehand
from longtail.bench.registry import learner_classes, learner_named, name_of, strategy_named
from longtail.bench.suite import suite_named
from longtail.datasets.catalogue import source_classes
from longtail.strategies.catalogue import family_of, strategy_classes
from longtail.strategies.chain import Chain

PAGES = Path(__file__).parents[3] / "docs" / "strategies"
REFERENCES = {PRIOR, LIMIT}
"""rows that stand in every report without being asked for"""


@cache
def pairs():
    """(strategy, learner) by canonical name and text."""
    suite = suite_named("full")
    return frozenset(
        (name_of(strategy_named(strategy)), learner)
        for pair in suite.pairs
        for strategy in pair.strategies
        for learner in pair.learners
    )


@cache
def documented():
    """(page, learners, strategies) of every row of a method in docs/strategies."""
    found = []
    for page in sorted(PAGES.glob("*.md")):
        for line in page.read_text(encoding="utf-8").splitlines():
            cells = [re.findall(r"`([^`]+)`", cell) for cell in line.strip("|").split("|")]
            if line.startswith("|") and len(cells) == 4 and any("::" in test for test in cells[3]):
                learners = tuple(text for text in cells[0] if parse(text)[0] in learner_classes())
                found.append((page.stem, learners, tuple(cells[1])))
    return found


def test_the_full_suite_names_every_strategy_and_every_learner():
    suite = suite_named("full")
    named = [strategy_named(text) for pair in suite.pairs for text in pair.strategies]
    found = {
        part.name for strategy in named for part in (strategy.parts if isinstance(strategy, Chain) else (strategy,))
    }
    assert set(strategy_classes()) <= found
    assert set(learner_classes()) <= {text for pair in suite.pairs for text in pair.learners}


def test_the_full_suite_names_every_method_of_the_docs():
    named = {name_of(strategy_named(text)) for _, _, texts in documented() for text in texts if text not in REFERENCES}
    assert len(named) > 100
    assert not named - {strategy for strategy, _ in pairs()}


def test_settings_of_a_learner_that_the_docs_name_are_learners_of_the_full_suite():
    """`mlp(optimiser=sgd)` of a row is found in any learner of the suite that has this setting."""
    rows = [(learner, texts) for _, learners, texts in documented() for learner in learners]
    assert {learner for learner, _ in rows} >= {"mlp", "mlp(optimiser=sgd)", "mlp(decay=3.0)"}
    for learner, texts in rows:
        name, wanted = parse(learner)
        for text in texts:
            fitting = [other for strategy, other in pairs() if strategy == name_of(strategy_named(text))]
            assert any(has(other, name, wanted) for other in fitting), f"{text} stands nowhere with {learner}"


def has(learner, name, wanted):
    other, given = parse(learner)
    return other == name and wanted.items() <= given.items()


@pytest.mark.parametrize("learner", ["logistic", "mlp"])
def test_semi_supervised_strategies_stand_with_a_linear_learner_and_with_a_network(learner):
    named = {name for name, kind in strategy_classes().items() if family_of(kind) == "semi_supervised"}
    assert not named - {strategy for strategy, other in pairs() if other == learner}


@pytest.mark.parametrize(
    "name", [name for name, kind in strategy_classes().items() if "strength" in kind.__dataclass_fields__]
)
def test_full_balance_stands_beside_half_way_with_the_same_learners(name):
    half, full = (
        {learner for strategy, learner in pairs() if strategy == text} for text in (name, f"{name}(strength=1)")
    )
    assert half == full
    assert half


def test_every_pair_of_the_full_suite_can_stand_as_far_as_hooks_tell():
    for strategy, learner in pairs():
        assert known_beforehand(strategy_named(strategy), learner_named(learner), 2) is None, (strategy, learner)


def test_the_full_suite_names_every_generated_dataset():
    named = {text.partition("(")[0] for text in suite_named("full").datasets}
    assert {name for name, kind in source_classes().items() if kind.generated} <= named


def test_every_cell_of_the_catalogue_can_be_planned():
    suite = suite_named("catalogue")
    planned = expand(suite)
    assert {row.cell.dataset for row in planned} == set(suite.datasets)
    assert all(row.applicable is None for row in planned)
