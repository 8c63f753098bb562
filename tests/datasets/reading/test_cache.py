"""The cache folder."""

import hashlib
import subprocess
import sys

import pytest

from longtail.datasets.base import DatasetError
from longtail.datasets.reading import cache


def test_the_folder_is_the_users_own_choice_first(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("LONGTAIL_CACHE", str(tmp_path / "own"))
    assert cache.folder("wheels") == tmp_path / "own" / "wheels"
    monkeypatch.delenv("LONGTAIL_CACHE")
    assert cache.folder("wheels") == tmp_path / "xdg" / "longtail" / "wheels"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert cache.folder("wheels") == tmp_path / ".cache" / "longtail" / "wheels"
    monkeypatch.setattr("sys.platform", "darwin")
    assert cache.folder("wheels") == tmp_path / "Library" / "Caches" / "longtail" / "wheels"
    assert cache.folder("wheels").is_dir()


def test_a_folder_that_can_not_be_made_says_what_to_set(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LONGTAIL_CACHE", str(tmp_path / "file"))
    with pytest.raises(DatasetError, match=r"is not writable .*set LONGTAIL_CACHE"):
        cache.folder("wheels")


def test_what_is_written_beside_is_gone_unless_renamed(tmp_path):
    with cache.beside(tmp_path) as temporary:
        assert temporary.parent == tmp_path
        (temporary / "kept").write_text("1")
        (temporary / "left").write_text("2")
        (temporary / "kept").replace(tmp_path / "kept")
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]


def test_checksum_is_that_of_the_bytes(tmp_path):
    (tmp_path / "file").write_bytes(b"clicks")
    assert cache.sha256(tmp_path / "file") == hashlib.sha256(b"clicks").hexdigest()


HOLD = """
import os, sys, time
from pathlib import Path
from longtail.datasets.reading import cache

place = Path(sys.argv[1])
with cache.locked(place):
    for word in ("in", "out"):
        with (place / "log").open("a") as log:
            log.write(f"{word} {os.getpid()}\\n")
        time.sleep(0.05)
"""


def test_a_lock_lets_one_process_in_at_a_time(tmp_path):
    processes = [subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)]) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    lines = (tmp_path / "log").read_text().split("\n")[:-1]
    assert len(lines) == 8
    for entered, left in zip(lines[::2], lines[1::2], strict=True):
        assert left == entered.replace("in", "out")


def test_what_fails_while_it_is_written_leaves_nothing_and_says_what_to_set(tmp_path):
    with pytest.raises(DatasetError, match=r"No space left.*set LONGTAIL_CACHE"), cache.beside(tmp_path) as temporary:
        (temporary / "half").write_text("half")
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []
