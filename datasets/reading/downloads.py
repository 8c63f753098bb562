"""Downloads that resume after a cut, are checked by SHA-256, and are complete or absent.

Bytes are collected in `<name>.part` next to the final place. The next call asks for the rest by Range, with If-Range so
that a file that has changed is sent from its start; a server without ranges sends all of it again.
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
"""attempts in a row without a new byte after which a download fails"""
BLOCK = 1 << 18


class CutError(Exception):
    """Error of a connection that ended before the file did."""


def download(url: str, target: Path, checksum: str | None, progress: Progress, wait: float = 1.0) -> Path:
    """Download a file to its place and check its SHA-256 where one is known; a correct file that is there is kept.

    `wait` is the first pause in seconds after a cut; it doubles. Raises DatasetError, in one sentence, where there is
    no network, no such file, no disk space, or another file than the expected one. The bytes received are kept for the
    next call, unless their checksum is wrong.
    """
    if not url.startswith(("https://", "http://")):
        raise DatasetError(f"{url} is not a download address: it must start with https:// or http://")
    with locked(target.parent):
        if target.is_file() and checksum in (None, sha256(target)):
            return target
        part = target.with_name(f"{target.name}.part")
        _gather(url, part, progress, wait)
        if checksum is not None and (found := sha256(part)) != checksum:
            forget(part)
            raise DatasetError(
                f"{url} returned a file whose SHA-256 is {found}, not {checksum}: it is not used; the file there has "
                "changed, or another server answered in its place"
            )
        part.replace(target)
        forget(part)
    return target


def forget(part: Path) -> None:
    """Remove the bytes received so far, with their tag."""
    for each in (part, _mark(part)):
        each.unlink(missing_ok=True)


def _gather(url: str, part: Path, progress: Progress, wait: float) -> None:
    """Download all bytes, over as many connections as needed while each brings some; raises DatasetError."""
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
                    f"the download of {url} was cut {ATTEMPTS} times at {_size(part):,} bytes ({cut}): run the same "
                    "command again to resume there"
                ) from cut
            time.sleep(wait * 2**tries)
        except urllib.error.HTTPError as error:
            if error.code == 416 and before:
                forget(part)  # the server has no bytes after these: they are from another file
                continue
            raise DatasetError(f"{url} can't be downloaded: the server answered {error.code} {error.reason}") from error
        except urllib.error.URLError as error:
            raise DatasetError(f"{url} can't be reached ({error.reason}): check the network") from error
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
            raise CutError(f"{total - have:,} bytes are missing")


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
            f"{url} needs {wanted / 2**20:,.1f} MiB, but {part.parent} has {free / 2**20:,.1f} MiB left: free disk "
            "space, or set LONGTAIL_CACHE to a folder with more"
        )


def _unkept(part: Path, error: OSError) -> DatasetError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DatasetError(
            f"the disk of {part.parent} is full: {_size(part):,} bytes are kept; free disk space and run the same "
            "command again to resume there, or set LONGTAIL_CACHE to a folder with more"
        )
    reason = error.strerror or os.strerror(error.errno or 0)
    return DatasetError(f"{part} is not writable ({reason}): set LONGTAIL_CACHE to a writable folder")


def _mark(part: Path) -> Path:
    return part.with_name(f"{part.name}.tag")


def _size(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0
