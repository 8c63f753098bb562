"""The environment of a run: machine, versions, limits."""

from __future__ import annotations

from typing import Any

from longtail.bench.summary.view import View, counted
from longtail.reports.content import Glossary, Section
from longtail.reports.numbers import written

SHOWN_ELSEWHERE = frozenset({"time_limit", "memory_limit", "packages", "commit", "dirty", "started", "device"})
"""keys of a record's provenance that have their own line, or differ between cells"""


def section(view: View) -> Section:
    """Return the run, its machine, and the versions in its records."""
    suite, state = view.run.suite, view.run.state
    known = [record.provenance for _, record in view.run.records() if record.provenance]
    provenance = known[0] if known else {}
    items = [
        ("run", view.run.name),
        ("suite", suite.name),
        *((name, str(state[name])) for name in ("started", "finished", "status", "command") if state.get(name)),
        ("device", suite.device),
        ("limits of a cell", f"{written(suite.time_limit, 'seconds')}, {suite.memory_limit}"),
        *_lines(state.get("machine")),
    ]
    have = {name for name, _ in items} | SHOWN_ELSEWHERE
    items += [(name, text) for name, text in _lines(provenance) if name not in have]
    items += [("commit", text) for text in _commits(known)]
    if isinstance(packages := provenance.get("packages"), dict):
        items.append(("packages", ", ".join(f"{name} {version}" for name, version in sorted(packages.items()))))
    hosts = {str(one["host"]) for one in known if one.get("host")}
    if len(hosts) > 1:
        items.append(("attention", f"cells ran on {counted(len(hosts), 'machine')}: don't compare their times"))
    terms = Glossary("environment-terms", tuple(items))
    return Section("environment", "Environment", "The machine, versions and limits behind the numbers.", (terms,))


def _commits(known: list[dict[str, Any]]) -> list[str]:
    """Return the commits of the code that measured the cells; several if records of earlier runs are reused."""
    found = {str(one["commit"]): bool(one.get("dirty")) for one in known if one.get("commit")}
    return [f"{commit}, with uncommitted changes" if dirty else commit for commit, dirty in found.items()]


def _lines(values: Any) -> list[tuple[str, str]]:
    """Return the plain values of a dictionary as pairs of texts."""
    if not isinstance(values, dict):
        return []
    found = []
    for key, value in values.items():
        if key.endswith("_bytes") and isinstance(value, int | float):
            found.append((key.removesuffix("_bytes"), written(value, "bytes")))
        elif not isinstance(value, dict):
            found.append((key, ", ".join(map(str, value)) if isinstance(value, list) else str(value)))
    return found
