"""docs/strategies: every strategy has a row that says what it was checked against, and the check exists."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from longtail.bench.evaluation.references import LIMIT, PRIOR
from longtail.bench.registry import strategy_named
from longtail.strategies.catalogue import family_of, strategy_classes
from longtail.strategies.chain import Chain

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs" / "strategies"
FAMILIES = sorted({family_of(kind) for kind in strategy_classes().values()})
COLUMNS = "| method | name | checked against | test |"


class Method(NamedTuple):
    page: str
    method: str
    name: str
    check: str
    test: str


@cache
def methods() -> tuple[Method, ...]:
    found = []
    for page in sorted(PAGES.glob("*.md")):
        lines = page.read_text(encoding="utf-8").splitlines()
        if COLUMNS not in lines:
            continue
        for line in lines[lines.index(COLUMNS) + 2 :]:
            if not line.startswith("|"):
                break
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            assert len(cells) == 4, f"{page.name}: {line}"
            found.append(Method(page.stem, *cells))
    return tuple(found)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_a_page_with_every_strategy_of_it(family: str) -> None:
    named = [
        part.name
        for method in methods()
        if method.page == family
        for text in re.findall(r"`([^`]+)`", method.name)
        if text not in (PRIOR, LIMIT)  # rows of a report that no strategy makes
        for strategy in [strategy_named(text)]
        for part in (strategy.parts if isinstance(strategy, Chain) else [strategy])
    ]
    own = {name for name, kind in strategy_classes().items() if family_of(kind) == family}
    assert own <= set(named), f"docs/strategies/{family}.md lacks {', '.join(sorted(own - set(named)))}"


def test_there_is_no_page_of_a_family_that_is_not() -> None:
    assert {method.page for method in methods()} == set(FAMILIES)


@pytest.mark.parametrize("method", methods(), ids=lambda method: f"{method.page}-{method.method}")
def test_the_name_can_stand_in_a_suite_and_the_check_exists(method: Method) -> None:
    texts = re.findall(r"`([^`]+)`", method.name)
    assert texts, f"{method.method} has no name"
    for text in texts:
        assert text in (PRIOR, LIMIT) or strategy_named(text)
    assert method.check
    tests = re.findall(r"`([^`]+)`", method.test)
    assert tests, f"{method.method} names no test"
    for test in tests:
        file, _, function = test.partition("::")
        assert (ROOT / file).is_file(), f"{test}: there is no such file"
        source = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"^def {re.escape(function)}\(", source, re.MULTILINE), f"{test}: there is no such test"
