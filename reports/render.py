"""A report as one HTML file that needs no network."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from longtail.reports import content
from longtail.reports.charts.drawing import keys, panels
from longtail.reports.content import Report
from longtail.reports.numbers import interval
from longtail.reports.symbols import sign, slug
from longtail.reports.table_cells import row_html

HERE = Path(__file__).parent


def html(report: Report) -> str:
    """Return the report as HTML; the same content gives the same bytes."""
    return page("page.html", ("style.css",), document=report)


def page(template: str, styles: tuple[str, ...], document: object) -> str:
    """Render a template of this folder with its styles, the script and a security policy that allows only these."""
    style, script = "\n".join(_source(name) for name in styles), _source("script.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    written = _template(template).render(style=Markup(style), script=Markup(script), policy=policy, document=document)
    return written + "\n"


@cache
def _template(name: str) -> Template:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FileSystemLoader(HERE),
    )
    known: dict[str, Any] = {
        "panels": panels,
        "keys": keys,
        "row": row_html,
        "interval": interval,
        "sign": sign,
        "slug": slug,
        "unknown": _unknown,
    }
    environment.globals.update(known)
    environment.tests["a"] = _is_a
    return environment.get_template(name)


def _is_a(block: object, kind: str) -> bool:
    """Return whether a block is of a kind; ValueError where a template names a kind that does not exist."""
    if not isinstance(getattr(content, kind, None), type):
        raise ValueError(f"a template asks for the block {kind!r}, which reports/content.py does not define")
    return type(block).__name__ == kind


def _unknown(block: object) -> None:
    raise ValueError(f"no template writes the block {type(block).__name__}")


def _source(name: str) -> str:
    """Return a file of this package exactly as the page contains it: the policy has the hash of these bytes."""
    return (HERE / name).read_text(encoding="utf-8").strip()


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
