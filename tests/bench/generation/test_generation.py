"""The same bytes whatever the number of workers and whatever was interrupted."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import namedtuple

import pytest

from longtail.bench.errors import ConfigurationError, StoreError
from longtail.bench.generation import generation
from longtail.bench.generation.generation import LogRequest, generate
from longtail.datasets.base import DatasetError
from longtail.datasets.generator import parquet

ROWS = 60_000
# parts of two blocks: eight of them
PROGRAM = (
    "import sys; from longtail.datasets.generator import parquet; parquet.PART = 2; parquet.GROUP = 1;"
    "from longtail.bench import cli; sys.exit(cli.call(sys.argv[1:]))"
)


class Watch:
    """Keeps what it hears."""

    def __init__(self):
        self.there, self.drawn = 0, []

    def began(self, rows, there):
        self.there = there

    def ended(self, rows):
        self.drawn.append(rows)


def command(out, jobs, rows=ROWS):
    words = ["data", "generate", "cat10", "--rows", str(rows), "--out", str(out), "--jobs", str(jobs), "--posterior"]
    return [sys.executable, "-c", PROGRAM, *words]


def marks(folder):
    """Name and checksum of every file that a reader sees."""
    files = (path for path in folder.iterdir() if not path.name.startswith("."))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Written by one process in one go."""
    folder = tmp_path_factory.mktemp("whole") / "log"
    subprocess.run(command(folder, 1), check=True, capture_output=True)
    return folder


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(parquet, "PART", 2)
    monkeypatch.setattr(parquet, "GROUP", 1)


def test_two_workers_write_the_same_bytes(whole, tmp_path):
    subprocess.run(command(tmp_path / "log", 2), check=True, capture_output=True)
    assert marks(tmp_path / "log") == marks(whole)
    assert len(marks(whole)) == 9


def test_killed_at_any_moment_the_same_command_goes_on(whole, tmp_path):
    out = tmp_path / "log"
    for wanted in (1, 4):
        process = subprocess.Popen(command(out, 2), stderr=subprocess.PIPE)
        while len(list(out.glob("part-*"))) < wanted and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL, "it was done before it was killed"
    there = {path.name: path.stat().st_mtime_ns for path in out.glob("part-*")}
    assert 4 <= len(there) < 9
    done = subprocess.run([*command(out, 1), "--json"], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout)["rows_drawn"] == ROWS - sum(min(8192, ROWS - 8192 * int(n[5:10])) for n in there)
    assert marks(out) == marks(whole)
    assert {path.name: path.stat().st_mtime_ns for path in out.glob("part-*") if path.name in there} == there


def test_a_damaged_part_is_written_again(whole, tmp_path, small):
    out = tmp_path / "log"
    shutil.copytree(whole, out)
    (out / ".part-00003.parquet.partial").write_bytes(b"half")
    data = bytearray((out / "part-00003.parquet").read_bytes())
    data[5000] ^= 1
    (out / "part-00003.parquet").write_bytes(data)
    (out / "part-00005.parquet").unlink()
    watch = Watch()
    written = generate(LogRequest("cat10", ROWS, posterior=True), out, 1, watch)
    assert (watch.there, watch.drawn, written.drawn) == (ROWS - 2 * 8192, [8192, 8192], 2 * 8192)
    assert marks(out) == marks(whole)
    assert not list(out.glob("*.partial")) and not list(out.glob(".part*"))


def test_what_is_whole_is_left_as_it_is(whole, tmp_path, small):
    watch = Watch()
    written = generate(LogRequest("cat10", ROWS, posterior=True), whole, 1, watch)
    assert (watch.drawn, written.drawn, written.manifest.complete) == ([], 0, True)


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (LogRequest("cat10", 0), "--rows must be 1 or more, not 0"),
        (LogRequest("crt", 10), "did you mean 'ctr'"),
        (LogRequest("zozo-click", 10), "zozo-click holds real rows, so no more can be drawn"),
        (LogRequest("cat10(rows=5)", 10), "--rows sets the number of rows, so leave out rows"),
        (LogRequest("cat10(bayes_ap=2)", 10), "bayes_ap must be a share between 0 and 1, not 2"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_before_a_folder_is_made(tmp_path, order, words):
    with pytest.raises(ConfigurationError, match=words):
        generate(order, tmp_path / "log", 1, Watch())
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (LogRequest("cat10", ROWS, seed=1, posterior=True), "seed is 0 there and 1 here"),
        (LogRequest("cat10", ROWS + 1, posterior=True), "rows is 60000 there and 60001 here"),
        (LogRequest("cat10", ROWS), "posterior is True there and False here"),
        (
            LogRequest("cat10(bayes_ap=0.6)", ROWS, posterior=True),
            "dataset is 'cat10' there and 'cat10.bayes_ap=0.6.' here",
        ),
    ],
)
def test_a_folder_of_other_data_is_refused(whole, small, order, words):
    before = marks(whole)
    with pytest.raises(DatasetError, match=words):
        generate(order, whole, 1, Watch())
    assert marks(whole) == before


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "log").touch()
    with pytest.raises(StoreError, match="is a file, but --out must name a folder"):
        generate(LogRequest("cat10", 10), tmp_path / "log", 1, Watch())


def test_a_disk_without_room_is_said_before(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(generation.shutil, "disk_usage", lambda place: usage(10**12, 0, 10**8))
    with pytest.raises(StoreError, match=r"100,000,000 rows need about \d\.\d GB, and .* has 0\.0 GB left"):
        generate(LogRequest("cat10", 100_000_000), tmp_path / "log", 1, Watch())


def test_a_disk_that_fills_up_meanwhile_is_one_sentence_and_finished_parts_stay(tmp_path, monkeypatch, small):
    fsync, calls = os.fsync, []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) > 4:
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left on device; finished parts are kept"):
        generate(LogRequest("cat10", ROWS), tmp_path / "log", 1, Watch())
    assert len(list((tmp_path / "log").glob("part-*"))) == 2
    monkeypatch.undo()


def test_two_at_once_in_one_folder_are_refused(tmp_path):
    with generation._held(tmp_path / "log"), pytest.raises(StoreError, match="another `longtail data generate`"):
        generate(LogRequest("cat10", 10), tmp_path / "log", 1, Watch())
