"""A command is found by its file; what registers nothing, or a name twice, is refused and not skipped."""

import os
import subprocess
import sys

import pytest
import typer

from longtail.bench import commands

GOOD = """
def register(app):
    app.command("wave", rich_help_panel="Keep order")(wave)

def wave() -> None:
    '''Wave.'''
"""


@pytest.fixture
def registered(tmp_path, monkeypatch):
    """Registers the commands of a folder in which these files lie; gives their names."""
    monkeypatch.setattr(commands, "__path__", [str(tmp_path)])
    monkeypatch.syspath_prepend(str(tmp_path))

    def register(**files):
        for name, source in files.items():
            (tmp_path / f"{name}.py").write_text(source)
        app = typer.Typer()
        try:
            commands.register_all(app)
        finally:
            for name in files:
                sys.modules.pop(f"longtail.bench.commands.{name}", None)
        return commands._names(app)

    return register


def test_a_command_is_one_file(registered):
    assert registered(wave=GOOD) == ["wave"]


def test_a_file_that_is_no_command_is_refused(registered):
    with pytest.raises(TypeError, match=r"longtail\.bench\.commands\.helper is not a command"):
        registered(helper="x = 1\n")


def test_a_file_that_registers_nothing_is_refused(registered):
    with pytest.raises(TypeError, match=r"silent is not a command: its register\(app\) adds no command"):
        registered(silent="def register(app):\n    pass\n")


def test_two_commands_of_one_name_are_refused(registered):
    with pytest.raises(TypeError, match="two commands are called wave"):
        registered(one=GOOD, other=GOOD)


@pytest.mark.parametrize(("words", "expected"), [("longtail do", "doctor"), ("longtail plan cat", "catalogue")])
def test_the_shell_completes_commands_and_suites(words, expected):
    told = {"_LONGTAIL_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    done = subprocess.run(
        [sys.executable, "-c", "from longtail.bench.cli import main; import sys; sys.argv = ['longtail']; main()"],
        env=os.environ | told,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == [expected]
