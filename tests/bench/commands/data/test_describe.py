import gzip
import json
import re
import zipfile

import numpy as np
import pandas as pd
import pytest

from longtail.bench import cli

ROWS = 300


def good(rows=ROWS):
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "click": np.where(np.arange(rows) % 10 == 0, "yes", "no"),
            "price": rng.lognormal(3, 1, rows),
            "item": [f"i{code}" for code in rng.integers(0, 20, rows)],
        }
    )


def test_describe_counts_training_rows_and_cuts_bands(capsys):
    assert cli.call(["data", "describe", "cat10(rows=1000,test_rows=500)", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["train_rows"], told["test_rows"], told["classes"]) == (1000, 500, 10)
    rows = [row["rows"] for row in told["counts"]]
    assert sum(rows) == 1000
    assert rows == sorted(rows, reverse=True)
    assert told["imbalance_ratio"] == max(rows) / min(n for n in rows if n)
    assert sum(len(names) for names in told["bands"].values()) == 10
    assert told["bands"]["head"][0] == told["counts"][0]["class"]
    assert told["card"]["label"]
    assert {each["kind"] for each in told["advice"]} <= {"mend first", "split", "choose", "expect"}


def test_describe_for_people_shows_the_card(capsys):
    assert cli.call(["data", "describe", "ctr(rows=600,test_rows=400)"]) == 0
    out = capsys.readouterr().out
    assert "600 to train and validate on, 400 to test" in out
    assert "the class:" in out
    assert "what that means for the choice of strategies" in out


@pytest.mark.parametrize("words", [["{file}"], ["--data", "{file}"]])
def test_a_file_is_named_by_its_path(tmp_path, capsys, words):
    place = tmp_path / "点击.csv"
    good().to_csv(place, index=False)
    words = [word.format(file=place) for word in words]
    assert cli.call(["data", "describe", *words, "--target", "click"]) == 0
    assert "300 rows (210 to train and validate on, 90 to test), 2 columns, 2 classes" in capsys.readouterr().out


def test_json_stays_one_document_and_the_page_is_named_beside_it(tmp_path, capsys):
    place, page = tmp_path / "rows.csv", tmp_path / "page.html"
    good().to_csv(place, index=False)
    words = ["data", "describe", str(place), "--target", "click", "--json", "--html", str(page)]
    assert cli.call(words) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["rows"] == ROWS
    assert said.err.strip() == f"page: {page}"
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["crt"], "did you mean 'ctr'"),
        ([], "name a dataset"),
        (["ctr", "--target", "y"], "name columns of your own file"),
        (["ctr", "--data", "rows.csv", "--target", "y"], "name one dataset only: 'ctr' and --data"),
        (["gone.csv"], "needs --target, the column that says the class; and there is no file gone.csv"),
        (["ctr", "--html", "no/such/folder/page.html"], "which is not a folder"),
    ],
)
def test_what_is_not_understood_is_one_sentence(capsys, words, said):
    assert cli.call(["data", "describe", *words]) == 1
    told = capsys.readouterr()
    assert said in told.err and told.err.count("\n") == 1 and told.out == ""


def test_without_a_target_the_columns_are_listed(tmp_path, capsys):
    place = tmp_path / "rows.csv"
    good().to_csv(place, index=False)
    assert cli.call(["data", "describe", str(place)]) == 1
    assert "needs --target, the column that says the class: click, price, item" in capsys.readouterr().err


def refused(folder):
    """Files that can't be used, and what is said of each."""
    table, number = good(), np.arange(5_000)
    rare = np.where(number[:ROWS] == 5, "rare", "no")
    frames = {
        "one class.csv": (table.assign(click="no"), "has one class only, 'no'"),
        "a class of one row.csv": (table.assign(click=rare), "has one class with 3 rows or more, 'no'"),
        "target absent.csv": (
            table.rename(columns={"click": "clicked"}),
            "no column 'click' .* did you mean 'clicked'",
        ),
        "fractions.csv": (
            pd.DataFrame({"click": number / 7, "a": number}),
            "holds fractions such as .*: it is a regression",
        ),
        "numbers.csv": (pd.DataFrame({"click": number, "a": number}), "holds 5,000 different numbers, more than 1,000"),
        "names.csv": (pd.DataFrame({"click": [f"x{k}" for k in number], "a": number}), "no class with 3 rows"),
        "target missing.csv": (pd.DataFrame({"click": [None] * 9, "a": 1.0}), "no class with 3 rows|no value"),
        "target alone.csv": (table[["click"]], "no column with values besides its target"),
        "the rest missing.csv": (table[["click"]].assign(void=None), "no column with values besides its target"),
    }
    for name, (frame, _) in frames.items():
        frame.to_csv(folder / name, index=False)
    text = table.assign(item="städte").to_csv(index=False)
    table.to_csv(folder / "colons.csv", index=False, sep=":")
    raw = {
        "empty.csv": (b"", "is empty"),
        "header.csv": (b"click,a\n", "has a header but no rows"),
        "twice.csv": (b"click,a,a\n0,1,2\n1,2,3\n", "more than one column called 'a'"),
        "latin.csv": (text.encode("latin-1"), "is not UTF-8 text"),
        "wide.csv": (text.encode("utf-16"), "is UTF-16 text"),
        "packed.csv.gz": (gzip.compress(text.encode()), "is a gzip file, to be unpacked first"),
        "picture.png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a PNG picture"),
        "broken.parquet": (b"PAR1" + b"x" * 90, "starts like a Parquet file but can't be read"),
        "ragged.csv": (b"click,a\n" + b"0,1\n1,2\n" * 9 + b"1,2,3,4\n", "is not a table|more fields"),
    }
    for name, (content, _) in raw.items():
        (folder / name).write_bytes(content)
    with zipfile.ZipFile(folder / "book.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "")
    (folder / "folder").mkdir()
    said = {name: words for name, (_, words) in (frames | raw).items()}
    return said | {
        "book.xlsx": "is an Excel or zip file",
        "folder": "is a folder",
        "absent.csv": "there is no file",
        "colons.csv": "has one column, 'click:price:item', .* comma, semicolon, tab",
    }


COMMANDS = {
    "describe": ["data", "describe", "--data"],
    "plan": ["plan", "--learners", "tree", "--strategies", "none", "--data"],
    "run": ["run", "--learners", "tree", "--strategies", "none", "--no-mlflow", "--data"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_cannot_be_used_is_one_sentence_in_every_command(tmp_path, capsys, monkeypatch, command):
    monkeypatch.setenv("LONGTAIL_RUNS", str(tmp_path / "runs"))
    for name, words in refused(tmp_path).items():
        code = cli.call([*COMMANDS[command], str(tmp_path / name), "--target", "click"])
        told = capsys.readouterr()
        assert (code, told.out) == (1, ""), name
        assert re.search(words, told.err), (name, told.err)
        assert told.err.startswith("longtail: ") and told.err.count("\n") == 1, (name, told.err)
        assert "unexpected" not in told.err, (name, told.err)
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("value", "words"), [("2025-13-45", "neither a number nor a date"), (None, "lacks a value")])
def test_a_time_that_is_none_is_one_sentence_in_every_command(tmp_path, capsys, command, value, words):
    place = tmp_path / "rows.csv"
    good().assign(ts=["2025-01-01"] * (ROWS - 1) + [value]).to_csv(place, index=False)
    assert cli.call([*COMMANDS[command], str(place), "--target", "click", "--time", "ts"]) == 1
    told = capsys.readouterr().err
    assert words in told and told.count("\n") == 1 and "'ts'" in told


def usable():
    """Files that are odd and can be used."""
    table, place = good(), np.arange(ROWS)
    return {
        "a column missing": (table.assign(void=None), "columns without a value: left out: void"),
        "kinds mixed": (table.assign(mixed=["x" if k % 3 else k for k in place]), "3 columns"),
        "target mixed": (table.assign(click=["a" if k % 3 else k % 2 for k in place]), "3 classes"),
        "a class of one row": (
            table.assign(click=np.where(place == 5, "rare", table["click"])),
            "classes with fewer than 3 rows: 1 rows of 1 classes left out: rare",
        ),
        "infinite": (table.assign(price=np.where(place % 7 == 0, np.inf, 1.0), big=1e300), "3 columns"),
        "one value": (table.assign(price=1.0), "2 columns"),
        "classes missing": (
            table.assign(click=np.where(place < 9, None, table["click"])),
            "without a class: 9 left out",
        ),
        "names of every script": (table.assign(click=np.array(["鞋", "платье", "حذاء"])[place % 3]), "платье"),
    }


@pytest.mark.parametrize("name", usable())
def test_a_file_that_is_odd_is_described(tmp_path, capsys, name):
    frame, words = usable()[name]
    place = tmp_path / "rows.csv"
    frame.to_csv(place, index=False)
    assert cli.call(["data", "describe", str(place), "--target", "click", "--html", str(tmp_path / "page.html")]) == 0
    assert words in capsys.readouterr().out


def test_plan_says_which_suite_a_file_meets_and_how_many_of_its_rows(tmp_path, capsys):
    place = tmp_path / "rows.csv"
    good(60_000).to_csv(place, index=False)
    words = ["plan", "--data", str(place), "--target", "click", "--strategies", "none", "--learners", "tree"]
    assert cli.call([*words, "--runs", str(tmp_path / "runs")]) == 0
    told = capsys.readouterr().err
    assert f"{place}: the suite quick with this file in place of its datasets" in told
    assert "50,000 of 60,000 rows, drawn by class with a fixed seed" in told
    assert "at most 8,000 rows (--rows changes it)" in told
