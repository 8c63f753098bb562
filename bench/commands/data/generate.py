"""`longtail data generate`: generated log of any size, as Parquet files."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longtail.bench import options
from longtail.bench.errors import ConfigurationError

if TYPE_CHECKING:
    from longtail.bench.generation.generation import Written


def generate(
    spec: Annotated[str, typer.Argument(help="Generated dataset, such as cat50 or 'cat50(bayes_ap=0.4)'.")],
    rows: Annotated[int, typer.Option(help="Number of rows.", metavar="N")],
    out: Annotated[Path, typer.Option(help="Folder for the parts and their manifest.", metavar="DIR")],
    seed: Annotated[
        int, typer.Option(help="Seed of the rows; each seed gives other rows of the same world.", min=0)
    ] = 0,
    posterior: Annotated[bool, typer.Option("--posterior", help="Also write the true P(class | row).")] = False,
    jobs: Annotated[int | None, typer.Option(help="Parallel processes; by default one per core.", metavar="N")] = None,
    as_json: options.Json = False,
) -> None:
    """Write a generated log of any size as Parquet files.

    Memory does not grow with the number of rows, and the bytes do not depend on --jobs. If it is stopped, the same
    command continues.
    """
    if jobs is not None and jobs < 1:
        raise ConfigurationError(f"--jobs must be 1 or more, not {jobs}")
    from longtail.bench.generation import generation
    from longtail.bench.generation.log_progress import watch_on

    start = time.monotonic()
    with watch_on(options.MESSAGES) as watch:
        order = generation.LogRequest(spec, rows, seed, posterior)
        written = generation.generate(order, out, jobs or os.cpu_count() or 1, watch)
    seconds = time.monotonic() - start
    if as_json:
        options.say_json(_summary(out, written, seconds))
        return
    for line in _lines(out, written, seconds):
        typer.echo(line)


def _summary(out: Path, written: Written, seconds: float) -> dict[str, object]:
    return {
        "folder": str(out),
        "dataset": written.manifest.identity["dataset"],
        "rows": written.rows,
        "rows_drawn": written.drawn,
        "parts": len(written.manifest.parts),
        "bytes": written.bytes,
        "seconds": round(seconds, 3),
    }


def _lines(out: Path, written: Written, seconds: float) -> list[str]:
    parts = len(written.manifest.parts)
    size = f"{written.bytes / 1e6:,.1f} MB, {written.bytes / written.rows:.1f} bytes per row"
    lines = [f"{out}: {written.rows:,} rows in {parts:,} {'part' if parts == 1 else 'parts'}, {size}"]
    if written.drawn:
        speed = written.drawn / seconds
        lines.append(f"{written.drawn:,} rows drawn in {seconds:,.1f} s, {speed:,.0f} per second")
    else:
        lines.append("all parts already exist, and their checksums match")
    return lines
