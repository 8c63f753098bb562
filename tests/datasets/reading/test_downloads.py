"""Downloads against a server on this machine that cuts, lies, knows ranges or doesn't."""

import errno
import hashlib
import os
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from longtail.datasets.base import DatasetError
from longtail.datasets.reading import downloads
from longtail.datasets.reading.downloads import ATTEMPTS, BLOCK, download

BODY = os.urandom(BLOCK * 3 + 17)
SHA = hashlib.sha256(BODY).hexdigest()


class Shop(BaseHTTPRequestHandler):
    """Serves one file as the server's `behaviour` says, and notes what it was asked for."""

    def do_GET(self):
        shop = self.server
        shop.asked.append((self.path, self.headers.get("Range"), self.headers.get("If-Range")))
        if self.path == "/gone":
            self.send_error(404)
            return
        start = 0
        asked = self.headers.get("Range")
        if asked and shop.ranges and self.headers.get("If-Range") in (None, shop.tag):
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(shop.body):
                self.send_error(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(shop.body) - 1}/{len(shop.body)}")
        else:
            self.send_response(200)
        rest = shop.body[start:]
        self.send_header("Content-Length", str(len(rest)))
        if shop.tag:
            self.send_header("ETag", shop.tag)
        self.end_headers()
        self.wfile.write(rest[: shop.cuts.pop(0)] if shop.cuts else rest)
        self.close_connection = True

    def log_message(self, *_):
        """Nothing on the terminal of the tests."""


@pytest.fixture
def shop():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    server.body, server.asked, server.cuts, server.ranges, server.tag = BODY, [], [], True, '"one"'
    server.url = f"http://127.0.0.1:{server.server_port}/file"
    thread = threading.Thread(target=partial(server.serve_forever, 0.01))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def brought(shop, tmp_path):
    """Downloads the shop's file without pauses; what was told of progress is in `told`."""
    told = []

    def bring(checksum=SHA, url=None):
        return download(url or shop.url, tmp_path / "rows.csv", checksum, lambda *at: told.append(at), wait=0.0)

    bring.told, bring.place = told, tmp_path
    return bring


def left(folder):
    return {each.name for each in folder.iterdir()} - {".lock"}


def test_a_file_comes_whole_is_checked_and_not_asked_for_again(shop, brought):
    file = brought()
    assert file.read_bytes() == BODY and left(brought.place) == {"rows.csv"}
    assert brought.told[0] == (0, len(BODY)) and brought.told[-1] == (len(BODY), len(BODY))
    brought()
    assert len(shop.asked) == 1


def test_a_cut_download_goes_on_where_it_was_by_range(shop, brought):
    shop.cuts = [BLOCK, BLOCK]
    assert brought().read_bytes() == BODY
    assert [asked[1] for asked in shop.asked] == [None, f"bytes={BLOCK}-", f"bytes={2 * BLOCK}-"]
    assert {asked[2] for asked in shop.asked[1:]} == {'"one"'}


def test_what_came_before_an_interruption_is_kept_for_the_next_call(shop, brought, monkeypatch):
    def stop(done, total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(shop.url, brought.place / "rows.csv", SHA, stop)
    assert left(brought.place) == {"rows.csv.part", "rows.csv.part.tag"}
    assert brought().read_bytes() == BODY
    assert shop.asked[-1][1] == f"bytes={BLOCK}-"


def test_another_file_at_the_address_is_fetched_from_its_start(shop, brought):
    (brought.place / "rows.csv.part").write_bytes(b"old " * 10)
    (brought.place / "rows.csv.part.tag").write_text('"before"')
    assert brought().read_bytes() == BODY
    assert shop.asked == [("/file", "bytes=40-", '"before"')]


def test_a_server_without_ranges_or_tags_sends_all_again(shop, brought):
    shop.ranges, shop.cuts, shop.tag = False, [BLOCK], ""
    assert brought().read_bytes() == BODY
    assert [asked[1] for asked in shop.asked] == [None, None]


def test_more_than_there_is_begins_anew(shop, brought):
    (brought.place / "rows.csv.part").write_bytes(BODY + b"more")
    (brought.place / "rows.csv.part.tag").write_text('"one"')
    assert brought().read_bytes() == BODY
    assert len(shop.asked) == 2


def test_a_wrong_checksum_is_a_sentence_and_nothing_stays(shop, brought):
    with pytest.raises(DatasetError, match=f"whose SHA-256 is {SHA}, not 00: it is not used"):
        brought("00")
    assert left(brought.place) == set()


def test_a_connection_that_is_always_cut_gives_up_and_keeps_what_came(shop, brought):
    shop.cuts = [BLOCK] + [0] * ATTEMPTS
    with pytest.raises(
        DatasetError, match=rf"was cut {ATTEMPTS} times at {BLOCK:,} bytes .*run the same command again to resume there"
    ):
        brought()
    assert (brought.place / "rows.csv.part").read_bytes() == BODY[:BLOCK]


def test_no_such_file_is_a_sentence(shop, brought):
    with pytest.raises(DatasetError, match="the server answered 404 Not Found"):
        brought(url=shop.url.replace("/file", "/gone"))


def test_no_network_is_a_sentence(brought):
    with pytest.raises(DatasetError, match=r"can't be reached \(.*\): check the network"):
        brought(url="http://127.0.0.1:9/nobody-listens")


def test_other_kinds_of_addresses_are_refused(brought, tmp_path):
    with pytest.raises(DatasetError, match="must start with https:// or http://"):
        brought(url=(tmp_path / "rows").as_uri())


def test_too_little_room_is_said_before_anything_is_written(shop, brought, monkeypatch):
    usage = downloads.shutil.disk_usage("/")._replace(free=1000)
    monkeypatch.setattr(downloads.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(
        DatasetError, match=r"needs 0\.8 MiB, but .* has 0\.0 MiB left: free disk space, or set LONGTAIL_CACHE"
    ):
        brought()
    assert left(brought.place) == set()


def test_a_disk_that_fills_up_is_a_sentence_and_what_came_is_kept(shop, brought):
    def full(done, total):
        if done:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DatasetError, match=rf"is full: {BLOCK:,} bytes are kept; .*the same command again to resume"):
        download(shop.url, brought.place / "rows.csv", SHA, full)
    assert brought().read_bytes() == BODY
    assert shop.asked[-1][1] == f"bytes={BLOCK}-"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full to write to")  # noqa: PTH110
def test_the_systems_own_full_disk_is_the_same_sentence(shop, brought):
    (brought.place / "rows.csv.part").symlink_to("/dev/full")
    with pytest.raises(DatasetError, match="is full"):
        brought()
