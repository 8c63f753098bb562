from longtail.bench import cli
from longtail.bench.records import Record


def test_only_what_no_run_needs_goes_and_only_when_told(make_run, capsys):
    run = make_run({"none": 0.0}, seeds=(0,))
    store, cell = run.store, run.planned[0].cell
    store.write(Record(cell.id, cell.identity, "older", "failed"))
    store.write(Record("lonely", {}, "f", "failed"))
    old, lonely, kept = store.path(cell.id, "older"), store.path("lonely", "f"), store.path(cell.id, "code")
    truth = store.root / "truth" / store.record(cell.id, "code").truth

    assert cli.call(["prune", "--runs", str(store.root)]) == 0
    out = capsys.readouterr().out
    assert str(old) in out
    assert str(lonely) in out
    assert str(kept) not in out
    assert "2 folders" in out
    assert old.is_dir()

    assert cli.call(["prune", "--yes", "--runs", str(store.root)]) == 0
    assert not old.exists()
    assert not lonely.exists()
    assert kept.is_dir()
    assert truth.is_dir()


def test_labels_that_no_record_needs_go_too(make_run, capsys):
    run = make_run({"none": 0.0}, seeds=(0,))
    store, cell = run.store, run.planned[0].cell
    truth = store.root / "truth" / store.record(cell.id, "code").truth
    store.write(Record(cell.id, cell.identity, "code", "failed"))
    assert cli.call(["prune", "--yes", "--runs", str(store.root)]) == 0
    assert not truth.exists()
    assert store.record(cell.id, "code") is not None
