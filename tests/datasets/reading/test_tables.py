"""Reading CSV and Parquet, and refusing the rest."""

import datetime
import gzip
import zipfile

import numpy as np
import pandas as pd
import pytest

from longtail.datasets.base import DatasetError
from longtail.datasets.reading import tables
from longtail.datasets.reading.tables import columns_of, read, read_rows


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiters_are_found_outside_quotes(tmp_path, mark):
    file = tmp_path / "log.csv"
    header = mark.join(["clicked", '"price, in ; EUR"', "名前"])
    file.write_text(f"{header}\n1{mark}2.5{mark}靴\n0{mark}3{mark}\n", encoding="utf-8")
    rows = read(file, "clicked")
    assert columns_of(file) == list(rows.columns) == ["clicked", "price, in ; EUR", "名前"]
    assert rows["price, in ; EUR"].tolist() == [2.5, 3.0]
    assert rows["名前"].iloc[0] == "靴" and pd.isna(rows["名前"].iloc[1])


def test_semicolons_may_come_with_decimal_commas_and_a_mark_of_byte_order(tmp_path):
    file = tmp_path / "log.csv"
    file.write_text("clicked;price;n\n1;2,5;1\n0;3,25;2\n", encoding="utf-8-sig")
    rows = read(file, "clicked")
    assert rows.columns[0] == "clicked" and rows["price"].tolist() == [2.5, 3.25]


def test_none_is_a_class_and_elsewhere_missing(tmp_path):
    file = tmp_path / "log.csv"
    file.write_text("kind,x\nNone,None\nNA,1\n,2\n")
    rows = read(file, "kind")
    assert rows["kind"].tolist()[:2] == ["None", "NA"] and pd.isna(rows["kind"].iloc[2])
    assert pd.isna(rows["x"].iloc[0])


def test_parquet_is_known_by_its_content(tmp_path):
    file = tmp_path / "log.data"
    frame = pd.DataFrame({"clicked": [1, 0], "item": pd.Categorical(["a", "b"])}, index=[7, 8])
    frame.to_parquet(file)
    assert read(file, "clicked")["item"].tolist() == ["a", "b"]
    assert list(read(file, "clicked", ("clicked",)).columns) == ["clicked"]
    assert "clicked" in columns_of(file)


def test_only_some_columns(tmp_path):
    file = tmp_path / "log.csv"
    file.write_text("a,b,c\n1,2,3\n")
    assert list(read(file, "b", ("b",)).columns) == ["b"]


def broken(tmp_path):
    """Files that are no table, with what is said about them."""
    (tmp_path / "folder.csv").mkdir()
    text = {
        "empty.csv": ("", "is empty"),
        "blank.csv": ("  \n\n", "is empty"),
        "header.csv": ("a,b\n", "has a header but no rows"),
        "twice.csv": ("a,b,a\n1,2,3\n", "more than one column called 'a'"),
        "ragged.csv": ("a,b\n1,2\n1,2,3,4\n", "is not a table"),
        "long.csv": ("a,b\n1,2,3\n1,2,3\n", r"more fields than its first line has names \(2\)"),
        "first.csv": ("\n\na,b\n1,2\n", "has an empty first line"),
    }
    for name, (content, _) in text.items():
        (tmp_path / name).write_text(content)
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as archive:
        archive.writestr("sheet", "a")
    data = {
        "book.xlsx": (None, "is an Excel or zip file: save it as CSV or Parquet"),
        "log.csv.gz": (gzip.compress(b"a,b\n1,2\n"), "is a gzip file"),
        "latin.csv": ("clicked,städte\n1,2\n".encode("latin-1"), r"is not UTF-8 text \(byte 0xe4\).*iconv"),
        "late.csv": (b"clicked,town\n" + b"1,a\n" * 40_000 + "1,Köln\n".encode("latin-1"), "is not UTF-8 text"),
        "chinese.csv": ("点击,名\n1,鞋\n".encode("gb18030"), "gb18030"),
        "wide.csv": ("a,b\n1,2\n".encode("utf-16"), "is UTF-16 text"),
        "picture.png": (b"\x89PNG\r\n\x1a\n\0\0", "is a PNG picture: save it as CSV or Parquet"),
        "rows.json": (b' [{"clicked": 1}]', "looks like JSON"),
        "page.html": (b"\xef\xbb\xbf<html></html>", "looks like HTML or XML"),
        "noise.bin": (b"\x01\x02\x00\x03" * 50, "is neither text nor Parquet"),
        "cut.parquet": (b"PAR1" + b"\x05" * 50, "starts like a Parquet file but can't be read"),
    }
    for name, (content, _) in data.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
    said = {name: words for name, (_, words) in (text | data).items()}
    return said | {"folder.csv": "is a folder", "absent.csv": "there is no file"}


NAMES = [
    "empty.csv", "blank.csv", "header.csv", "twice.csv", "ragged.csv", "long.csv", "first.csv", "book.xlsx",
    "log.csv.gz", "latin.csv", "late.csv", "chinese.csv", "wide.csv", "noise.bin", "picture.png", "rows.json",
    "page.html", "cut.parquet", "folder.csv", "absent.csv",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path, name):
    said = broken(tmp_path)
    assert set(said) == set(NAMES)
    with pytest.raises(DatasetError, match=said[name]) as caught:
        read(tmp_path / name, "clicked")
    assert str(tmp_path / name) in str(caught.value) and "\n" not in str(caught.value)


def test_days_of_parquet_are_dates(tmp_path):
    pd.DataFrame({"day": [datetime.date(2025, 1, 31), None]}).to_parquet(tmp_path / "log.parquet")
    assert read(tmp_path / "log.parquet", "clicked")["day"].tolist() == [pd.Timestamp(2025, 1, 31), pd.NaT]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_some_rows_are_those_of_the_whole_whatever_the_block(tmp_path, monkeypatch, kind):
    file = tmp_path / f"log.{kind}"
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "clicked": ["NA", "None", "a", None] * 25,
            "n": [1, 2, 3, 4] * 25,
            "gaps": [1.5, None, 2.5, 3.5] * 25,
            "text": ["x, y", 'say "no"', "line\nbreak", ""] * 25,
            "flag": rng.random(100) < 0.5,
        }
    )
    frame.to_csv(file, index=False) if kind == "csv" else frame.to_parquet(file)
    if kind == "csv":
        file.write_text(file.read_text().replace("1,1.5", "1,1.5", 1) + "\n\n")
    monkeypatch.setattr(tables, "BLOCK", 7)
    rows = np.sort(rng.choice(100, 30, replace=False))
    pd.testing.assert_frame_equal(
        read_rows(file, "clicked", rows).reset_index(drop=True), read(file, "clicked").iloc[rows].reset_index(drop=True)
    )


def test_a_broken_row_is_told_of_though_it_is_not_wanted(tmp_path):
    file = tmp_path / "log.csv"
    file.write_text("a,b\n" + "1,2\n" * 50 + "1,2,3,4\n")
    with pytest.raises(DatasetError, match=r"is not a table|more fields"):
        read_rows(file, "a", np.array([0, 1]))


def test_columns_without_a_name_get_one(tmp_path):
    file = tmp_path / "log.csv"
    file.write_text(",a,b\n0,1,2\n1,3,4\n")
    assert columns_of(file) == list(read(file, "a").columns) == ["Unnamed: 0", "a", "b"]


def test_a_folder_is_answered_with_what_lies_in_it(tmp_path):
    (tmp_path / "part.parquet").touch()
    with pytest.raises(DatasetError, match=r"is a folder: name one CSV or Parquet file in it \(part.parquet\)"):
        read(tmp_path, "a")
