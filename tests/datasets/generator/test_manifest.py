"""What stands beside the parts."""

import json

import pytest

from longtail.datasets.base import DatasetError
from longtail.datasets.generator.manifest import FILE, Manifest, difference, known_parts
from longtail.datasets.generator.parquet import Part

ONE, TWO = Part("part-00000.parquet", 10, 99, "ab"), Part("part-00001.parquet", 5, 50, "cd")
IDENTITY = {"dataset": "cat10", "rows": 15, "spec": {"rate": 0.1}}


def test_parts_are_found_again_in_their_order(tmp_path):
    Manifest(IDENTITY, {"title": "t"}).with_parts([TWO, ONE], complete=True).write(tmp_path)
    assert list(known_parts(tmp_path, IDENTITY).values()) == [ONE, TWO]
    told = json.loads((tmp_path / FILE).read_text())
    assert told["complete"] is True and told["title"] == "t"
    assert [entry.name for entry in tmp_path.iterdir()] == [FILE]


def test_an_empty_folder_has_no_parts(tmp_path):
    (tmp_path / ".lock").touch()
    (tmp_path / f"{FILE}.partial").touch()
    assert known_parts(tmp_path, IDENTITY) == {}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rows": 16}, "rows is 15 there and 16 here"),
        ({"spec": {"rate": 0.2}}, "rate is 0.1 there and 0.2 here"),
        ({"seed": 3}, "seed is None there and 3 here"),
    ],
)
def test_other_data_is_refused_with_what_differs(tmp_path, change, words):
    Manifest(IDENTITY, {}).write(tmp_path)
    with pytest.raises(DatasetError, match=words):
        known_parts(tmp_path, IDENTITY | change)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 99}', '{"format": 1}'])
def test_a_manifest_that_is_none_is_refused(tmp_path, text):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(DatasetError):
        known_parts(tmp_path, {})


def test_a_folder_of_other_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(DatasetError, match=r"holds 'thesis\.docx' and no _manifest"):
        known_parts(tmp_path, IDENTITY)


def test_equal_things_do_not_differ():
    assert difference(IDENTITY, dict(IDENTITY)) == "nothing differs"
