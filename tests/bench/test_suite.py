import pytest
import yaml

from longtail.bench.errors import ConfigurationError
from longtail.bench.suite import seconds, size_in_bytes, suite_from, suite_named, suite_names, suite_yaml

LEAST = {"name": "s", "datasets": ["ctr"], "pairs": [{"strategies": ["none"], "learners": ["mlp"]}]}


def refused(**changes):
    with pytest.raises(ConfigurationError) as caught:
        suite_from(LEAST | changes, "s.yaml")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_count_of_seeds_means_the_first_ones():
    assert suite_from(LEAST | {"seeds": 4}, "").seed_list == (0, 1, 2, 3)
    assert suite_from(LEAST | {"seeds": [7, 3]}, "").seed_list == (7, 3)


@pytest.mark.parametrize("seeds", ["five", 2.5, [1, "b"], True, [1.0], None])
def test_a_seed_that_is_no_integer_is_one_sentence(seeds):
    assert "seeds: a seed is an integer, not" in refused(seeds=seeds)


@pytest.mark.parametrize(("seeds", "said"), [(0, "at least one"), ([1, 1], "twice"), ([-1], "0 or more")])
def test_seeds_that_make_no_sense_are_refused(seeds, said):
    assert said in refused(seeds=seeds)


def test_a_misspelt_key_is_answered_with_the_nearest():
    assert "unknown key 'datsets', did you mean 'datasets'?" in refused(datsets=["ctr"])
    said = refused(pairs=[{"strategies": ["none"], "learners": ["mlp"], "dataset": ["ctr"]}])
    assert "unknown key 'pairs.0.dataset', did you mean 'datasets'?" in said


def test_a_misspelt_key_is_named_before_the_one_that_is_missing_for_it():
    with pytest.raises(ConfigurationError, match="did you mean 'pairs'"):
        suite_from({"name": "s", "datasets": ["ctr"], "pears": []}, "s.yaml")


def test_a_missing_key_is_named():
    with pytest.raises(ConfigurationError, match=r"s\.yaml: the key 'datasets' is missing"):
        suite_from({"name": "s", "pairs": LEAST["pairs"]}, "s.yaml")


def test_too_many_contrasts_are_refused():
    assert "contrasts" in refused(contrasts=[f"s{n}" for n in range(11)])


def test_times_and_sizes_have_units():
    assert [seconds(text) for text in ("90", "90s", "1.5m", "2h", 7)] == [90, 90, 90, 7200, 7]
    assert [size_in_bytes(text) for text in ("4GiB", "500MB", "12", "1.5 kib")] == [2**32, 5 * 10**8, 12, 1536]


def test_a_time_or_size_without_sense_is_refused():
    assert "a time is a number of seconds, or a number with s, m, h or d such as 30m, not 'soon'" in refused(
        budget="soon"
    )
    assert "as 4GiB, not 'lots'" in refused(memory_limit="lots")


def test_a_suite_comes_back_from_its_yaml():
    suite = suite_from(
        LEAST | {"budget": "30m", "settings": [{"learner": "mlp", "parameters": {"rate": "1e-3"}}], "rows": 100}, ""
    )
    assert suite.settings[0].parameters == {"rate": 0.001}
    assert suite_from(yaml.safe_load(suite_yaml(suite)), "") == suite


def test_every_suite_that_comes_along_can_be_read():
    assert "quick" in suite_names()
    for name in suite_names():
        assert suite_named(name).name == name


def test_an_unknown_suite_is_answered_with_the_nearest():
    with pytest.raises(ConfigurationError, match="no suite is called 'quik', did you mean 'quick'"):
        suite_named("quik")


@pytest.mark.parametrize(
    ("text", "said"),
    [("a: [", "not valid YAML"), ("- 1", "holds a list"), ("!!python/object:os.x {}", "not valid YAML")],
)
def test_a_file_that_is_no_suite_is_one_sentence(tmp_path, text, said):
    path = tmp_path / "s.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=said):
        suite_named(str(path))
