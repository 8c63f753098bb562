"""The Zenodo collection, from an archive made here: nothing is fetched."""

import io
import tarfile

import numpy as np
import pytest
from imblearn.datasets._zenodo import MAP_NAME_ID

from longtail.datasets.base import Absent, DatasetError
from longtail.datasets.reading import zenodo_collection
from longtail.datasets.reading.zenodo_collection import SETS, Collection
from longtail.datasets.real.zenodo import Zenodo

SEED = np.random.SeedSequence(0)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAIL_CACHE", str(tmp_path / "cache"))


def packed(name, rows=None):
    """The file of a set with rows that are made up."""
    known = SETS[name]
    rng = np.random.default_rng(0)
    file = io.BytesIO()
    label = np.where(np.arange(rows or known.rows) % 10 == 0, 1, -1)
    np.savez(file, data=rng.random((len(label), known.columns)), label=label)
    return file.getvalue()


def archive(path, members):
    with tarfile.open(path, "w:gz") as opened:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            opened.addfile(info, io.BytesIO(content))
    return path


def test_numbers_are_those_of_imbalanced_learn():
    assert {name: known.number for name, known in SETS.items()} == dict(MAP_NAME_ID)


def test_what_is_absent_is_said_with_both_commands():
    with pytest.raises(Absent, match=r"`longtail data fetch zenodo` .*`longtail data add zenodo PATH`"):
        Zenodo(set="oil").load(SEED)
    assert Zenodo.origin.absent() and Zenodo(set="oil").identity() == {"set": "oil", "sha256": ""}


def test_a_set_is_loaded_by_imbalanced_learn_from_an_archive_that_is_added(tmp_path):
    added = Collection().add(archive(tmp_path / "a.tar.gz", {"x18data.npz": packed("oil"), "x1data.npz": b"junk"}))
    assert "2 of 27 sets are there" in added
    dataset = Zenodo(set="oil").load(SEED)
    assert dataset.X.shape == (937, 49) and dataset.classes == ("majority", "minority")
    assert dataset.y.tolist() == [1 if n % 10 == 0 else 0 for n in range(937)]
    assert Zenodo(set="oil").size() == (937, 2) and len(Zenodo(set="oil").identity()["sha256"]) == 64
    with pytest.raises(Absent, match="lacks scene"):
        Zenodo(set="scene").load(SEED)
    with pytest.raises(DatasetError, match=r"the file of ecoli .* can't be read"):
        Zenodo(set="ecoli").load(SEED)


def test_a_folder_is_taken_too_and_another_shape_is_refused(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "x18data.npz").write_bytes(packed("oil", rows=100))
    Collection().add(tmp_path / "mine")
    with pytest.raises(DatasetError, match=r"has \(100, 49\) rows and columns, not \(937, 49\)"):
        Zenodo(set="oil").load(SEED)


def test_members_land_under_their_own_names_and_nowhere_else(tmp_path):
    bad = {"../../x18data.npz": packed("oil"), "/etc/x99data.npz": b"", "readme.txt": b"hello"}
    Collection().add(archive(tmp_path / "a.tar.gz", bad))
    there = {each.name for each in (tmp_path / "cache" / "files" / "zenodo").iterdir()} - {".lock"}
    assert there == {"x18data.npz"}
    assert not (tmp_path / "x18data.npz").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"junk", "is not a readable tar archive"), (None, "there is no file"), ("empty", "holds no file")],
)
def test_what_is_no_collection_is_refused(tmp_path, content, sentence):
    place = tmp_path / "a.tar.gz"
    if content == "empty":
        archive(place, {})
    elif content:
        place.write_bytes(content)
    with pytest.raises(DatasetError, match=sentence):
        Collection().add(place)


def test_fetching_unpacks_once_and_says_what_else_can_be_done(tmp_path, monkeypatch):
    asked = []

    def download(url, target, checksum, progress):
        asked.append(url)
        return archive(target, {f"x{known.number}data.npz": packed(name, 1) for name, known in SETS.items()})

    monkeypatch.setattr(zenodo_collection, "download", download)
    assert "27 of 27" in Collection().fetch(lambda *_: None)
    assert "all 27 sets are there" in Collection().fetch(lambda *_: None)
    assert asked == [zenodo_collection.URL]
    (tmp_path / "cache" / "files" / "zenodo" / "x1data.npz").unlink()

    def unreachable(*_):
        raise DatasetError("it can't be reached")

    monkeypatch.setattr(zenodo_collection, "download", unreachable)
    with pytest.raises(DatasetError, match=r"can't be reached\. .*`longtail data add zenodo PATH`"):
        Collection().fetch(lambda *_: None)


def test_a_wrong_name_is_refused_with_all_of_them():
    with pytest.raises(ValueError, match=r"did you mean 'mammography'\?; the sets are ecoli, .*abalone_19"):
        Zenodo(set="mamography")


def test_sets_of_one_source_are_one_cluster():
    assert Zenodo(set="abalone").cluster == Zenodo(set="abalone_19").cluster == "abalone"
    assert len({Zenodo(set=name).cluster for name in SETS}) == 24
