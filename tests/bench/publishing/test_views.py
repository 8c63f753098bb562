"""Views that MLflow's page offers by name."""

import json

from longtail.bench.publishing.views import ALL, BY_AP, MOST, NEWEST, newest_id, tags_of, views_of_run


def state(value: str) -> dict:
    held = json.loads(value)
    assert set(held) == {"name", "createdAt", "updatedAt", "state"}
    return json.loads(held["state"])


def test_tag_has_the_form_that_the_page_reads() -> None:
    key, value = BY_AP.tag
    assert key == f"mlflow.sharedViewState.{BY_AP.id}"
    held = state(value)
    assert held["searchFilter"] == "tags.kind = 'summary'"
    assert held["orderByKey"] == "metrics.`ap/mean`"
    assert held["orderByAsc"] is False
    assert held["selectedColumns"][:2] == ["tags.`verdict`", "metrics.`ap/mean`"]
    assert held["columnOrder"] == ["attributes.`Run Name`", *held["selectedColumns"]]


def test_views_have_names_and_places_of_their_own() -> None:
    views = [*ALL, *views_of_run("quick-1", ["ctr", "cat50"])]
    assert len({view.name for view in views}) == len({view.id for view in views}) == len(tags_of(views)) == 8


def test_newest_run_has_a_view_for_all_datasets_and_one_for_each() -> None:
    whole, ctr = views_of_run("quick-1", ["ctr"])
    assert (whole.name, whole.id) == (NEWEST, newest_id())
    assert whole.filter == "tags.kind = 'summary' and tags.`longtail.run` = 'quick-1'"
    assert ctr.filter == f"{whole.filter} and tags.dataset = 'ctr'"


def test_the_next_run_takes_the_place_of_the_last() -> None:
    first, second = (tags_of(views_of_run(run, ["ctr"])) for run in ("quick-1", "quick-2"))
    assert first.keys() == second.keys()
    assert first != second


def test_dataset_that_no_filter_can_say_has_no_view() -> None:
    assert len(views_of_run("quick-1", ["""file(path="it's.csv")""", 'file(path="a.csv")'])) == 2


def test_views_stay_below_what_the_page_takes() -> None:
    assert len([*ALL, *views_of_run("quick-1", [f"data-{n}" for n in range(50)])]) == len(ALL) + 1 + MOST <= 40
