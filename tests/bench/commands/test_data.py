import json

from longtail.bench import cli


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


def test_describe_for_people_shows_the_card(capsys):
    assert cli.call(["data", "describe", "ctr(rows=600,test_rows=400)"]) == 0
    out = capsys.readouterr().out
    assert "600 to train and validate on, 400 to test" in out
    assert "the class:" in out


def test_an_unknown_dataset_is_one_sentence(capsys):
    assert cli.call(["data", "describe", "crt"]) == 1
    assert "did you mean 'ctr'" in capsys.readouterr().err
