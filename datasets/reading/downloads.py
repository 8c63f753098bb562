"""Downloads that go on where they were cut, are checked by SHA-256, and are whole or absent.

Bytes gather in `<name>.part` beside the final place. The next call asks for the rest by Range, and by If-Range only if
the file is still the one that it was; a server that knows no ranges sends all of it again.
"""

from __future__ import annotations

import errno
import http.client
import os
import shutil
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from longtail.datasets.base import DatasetError, Progress
from longtail.datasets.reading.cache import locked, sha256

PATIENCE = 30.0
"""seconds without a byte after which a connection counts as cut"""
ATTEMPTS = 4
"""how often in a row a cut download is taken up again, if it got nowhere"""
BLOCK = 1 << 18


class CutError(Exception):
    """The connection ended before the file did."""


def download(url: str, target: Path, checksum: str | None, progress: Progress, wait: float = 1.0) -> Path:
    """Bring a file to its place, by its SHA-256 where one is known; what is there and right is left as it is.

    `wait` is the first pause in seconds after a cut; it doubles. Raises DatasetError, in a sentence, where there is no
    network, no such file, no room, or another file than the expected one; what has come so far stays for the next try.
    """
    if not url.startswith(("https://", "http://")):
        raise DatasetError(f"{url} is no address to download from: it begins with neither https:// nor http://")
    with locked(target.parent):
        if target.is_file() and checksum in (None, sha256(target)):
            return target
        part = target.with_name(f"{target.name}.part")
        _gather(url, part, progress, wait)
        if checksum is not None and (found := sha256(part)) != checksum:
            forget(part)
            raise DatasetError(
                f"{url} gave a file whose SHA-256 is {found}, not {checksum}: it is not used; it was changed there, "
                "or something on the way answered in its place"
            )
        part.replace(target)
        forget(part)
    return target


def forget(part: Path) -> None:
    """Remove what has come so far."""
    for each in (part, _mark(part)):
        each.unlink(missing_ok=True)


def _gather(url: str, part: Path, progress: Progress, wait: float) -> None:
    """All bytes, over as many connections as it takes while each brings some."""
    tries = 0
    while True:
        before = _size(part)
        try:
            _once(url, part, progress)
            return
        except CutError as cut:
            tries = 0 if _size(part) > before else tries + 1
            if tries >= ATTEMPTS:
                raise DatasetError(
                    f"the download of {url} was cut {ATTEMPTS} times at {_size(part):,} bytes ({cut}): the same "
                    "command goes on there"
                ) from cut
            time.sleep(wait * 2**tries)
        except urllib.error.HTTPError as error:
            if error.code == 416 and before:
                forget(part)  # there is no rest of what is here: it was another file
                continue
            raise DatasetError(f"{url} can't be had: the server says {error.code} {error.reason}") from error
        except urllib.error.URLError as error:
            raise DatasetError(f"{url} can't be reached ({error.reason}): is there a network?") from error
        except OSError as error:
            raise _unkept(part, error) from error


def _once(url: str, part: Path, progress: Progress) -> None:
    have, mark = _size(part), _mark(part)
    headers = {"User-Agent": "longtail", "Accept-Encoding": "identity"}
    if have and mark.is_file():
        headers |= {"Range": f"bytes={have}-", "If-Range": mark.read_text()}
    with _opened(urllib.request.Request(url, headers=headers)) as answer:
        goes_on = answer.status == 206 and str(answer.headers.get("Content-Range", "")).startswith(f"bytes {have}-")
        have = have if goes_on else 0
        length = answer.headers.get("Content-Length")
        total = None if length is None else have + int(length)
        _room_for(url, part, None if total is None else total - have)
        tag = answer.headers.get("ETag") or answer.headers.get("Last-Modified")
        # a weak tag may stand for other bytes
        if tag and not tag.startswith("W/"):
            mark.write_text(tag)
        else:
            mark.unlink(missing_ok=True)
        with part.open("ab" if goes_on else "wb") as file:
            progress(have, total)
            while block := _next(answer):
                file.write(block)
                have += len(block)
                progress(have, total)
        if total is not None and have < total:
            raise CutError(f"{total - have:,} bytes are lacking")


def _opened(request: urllib.request.Request) -> Any:
    try:
        return urllib.request.urlopen(request, timeout=PATIENCE)
    except (TimeoutError, ConnectionResetError, http.client.HTTPException) as error:
        raise CutError(str(error) or type(error).__name__) from error


def _next(answer: Any) -> bytes:
    try:
        read: bytes = answer.read(BLOCK)
    except http.client.IncompleteRead as error:
        read = error.partial
    except (TimeoutError, ConnectionError, http.client.HTTPException) as error:
        raise CutError(str(error) or type(error).__name__) from error
    return read


def _room_for(url: str, part: Path, wanted: int | None) -> None:
    free = shutil.disk_usage(part.parent).free
    if wanted is not None and wanted > free:
        raise DatasetError(
            f"{url} needs {wanted / 2**20:,.1f} MiB and {part.parent} has {free / 2**20:,.1f} MiB left: make room, or "
            "set LONGTAIL_CACHE to a folder that has"
        )


def _unkept(part: Path, error: OSError) -> DatasetError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DatasetError(
            f"the disk of {part.parent} is full: {_size(part):,} bytes are kept and the same command goes on there; "
            "make room, or set LONGTAIL_CACHE to a folder that has"
        )
    reason = error.strerror or os.strerror(error.errno or 0)
    return DatasetError(f"{part} can't be written ({reason}): set LONGTAIL_CACHE to a folder that can")


def _mark(part: Path) -> Path:
    return part.with_name(f"{part.name}.tag")


def _size(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0
