import json

import pyarrow.parquet as pq
import pytest

from longtail.bench import cli


def test_a_folder_is_written_and_told(tmp_path, capsys):
    words = ["data", "generate", "ctr(rate=0.05, bayes_ap=0.3)", "--rows", "5000", "--jobs", "1"]
    assert cli.call([*words, "--out", str(tmp_path / "a")]) == 0
    out = capsys.readouterr().out
    assert "5,000 rows in 1 part, 0." in out
    assert "rows drawn in" in out
    assert cli.call([*words, "--out", str(tmp_path / "a"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["rows_drawn"], told["parts"]) == (5000, 0, 1)
    assert told["dataset"] == "ctr(bayes_ap=0.3,rate=0.05)"
    manifest = json.loads((tmp_path / "a" / "_manifest.json").read_text())
    assert manifest["complete"] and manifest["classes"] == ["no click", "click"]
    assert manifest["bayes_ap"] == pytest.approx(0.3, abs=0.02)


def test_another_seed_gives_other_rows(tmp_path, capsys):
    for seed in ("0", "1"):
        words = ["--rows", "1000", "--jobs", "1", "--seed", seed, "--out", str(tmp_path / seed)]
        assert cli.call(["data", "generate", "cat10", *words]) == 0
    one, other = (pq.read_table(tmp_path / seed / "part-00000.parquet")["price"] for seed in ("0", "1"))
    assert one != other


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["cat10", "--rows", "0"], "--rows must be 1 or more, not 0"),
        (["cat10", "--rows", "10", "--jobs", "0"], "--jobs must be 1 or more, not 0"),
        (["zozo-click", "--rows", "10"], "zozo-click holds real rows"),
        (["ctr(bayes_ap=0.011)", "--rows", "10"], "can't be reached with the other knobs"),
    ],
)
def test_what_can_not_be_is_one_sentence(tmp_path, capsys, words, said):
    assert cli.call(["data", "generate", *words, "--out", str(tmp_path / "log")]) == 1
    err = capsys.readouterr().err
    assert said in err and err.count("\n") == 1
    assert not (tmp_path / "log").exists()


def test_a_part_is_a_file_that_longtail_reads(tmp_path, capsys):
    words = ["--rows", "3000", "--jobs", "1", "--out", str(tmp_path / "log")]
    assert cli.call(["data", "generate", "cat10", *words]) == 0
    part = str(tmp_path / "log" / "part-00000.parquet")
    capsys.readouterr()
    words = ["--data", part, "--target", "class", "--time", "time", "--group", "user", "--json"]
    assert cli.call(["data", "describe", *words]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows"] == pytest.approx(3000, abs=50)
    assert {"groups", "time"} <= set(told["known"])
