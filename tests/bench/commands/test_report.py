"""`longtail report`."""

import webbrowser

import pytest
import typer
from typer.testing import CliRunner

from longtail.bench.commands.report import register


@pytest.fixture
def app():
    found = typer.Typer()
    register(found)
    return found


def test_writes_the_report_and_says_where(app, make_run):
    run = make_run({"none": 1.0, "other": 0.2})
    result = CliRunner().invoke(app, [run.name, "--runs", str(run.path.parent)])
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(run.path / "report.html")
    assert (run.path / "report.html").read_text().startswith("<!doctype html>")


def test_open_shows_it_and_says_when_no_browser_is_there(app, make_run, monkeypatch):
    run = make_run({"none": 1.0}, seeds=(0,))
    opened = []
    monkeypatch.setattr(webbrowser, "open", lambda address: opened.append(address) or False)
    result = CliRunner().invoke(app, ["--open", "--runs", str(run.path.parent)])
    assert opened == [(run.path / "report.html").as_uri()]
    assert "no browser could be opened" in result.output
