"""Parts of an exported log are the log."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest

from longtail.datasets.generated.cat10 import Cat10
from longtail.datasets.generated.ctr import Ctr
from longtail.datasets.generator import parquet
from longtail.datasets.generator.log import blocks, frame, joined, probabilities
from longtail.datasets.generator.parquet import Export, found, weight, write
from longtail.datasets.generator.rows import Window
from longtail.datasets.generator.separability import calibrated

SEED = np.random.SeedSequence(3)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Parts of two blocks, row groups of one."""
    monkeypatch.setattr(parquet, "PART", 2)
    monkeypatch.setattr(parquet, "GROUP", 1)


def written(order, folder):
    return [write(order, part, folder) for part in range(order.parts)]


@pytest.mark.parametrize("source", [Ctr(missing=0.2), Cat10()], ids=lambda source: source.name)
def test_parts_together_are_the_log(tmp_path, source):
    spec, rows = source.spec, 2 * 4096 * 2 + 777
    order = Export(spec, SEED, rows, posterior=True)
    parts = written(order, tmp_path)
    assert [part.rows for part in parts] == [8192, 8192, 777]
    log = joined(list(blocks(spec, SEED, Window(rows, 0))))
    read = pd.concat([pq.read_table(tmp_path / part.file).to_pandas() for part in parts], ignore_index=True)
    for name, column in frame(spec, log.drawn).items():
        expected, got = (one.astype(str) if column.dtype == "category" else one for one in (column, read[name]))
        pd.testing.assert_series_equal(got, expected, check_dtype=column.dtype != "category")
    classes = calibrated(spec).law.world.classes
    assert read["class"].tolist() == [classes[code] for code in log.y]
    seconds = (read["time"] - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
    np.testing.assert_allclose(seconds, log.drawn.seconds, rtol=0, atol=1e-6)
    for name, values in (("posterior", log.visible), ("full_posterior", log.full)):
        np.testing.assert_allclose(np.stack(read[name]), probabilities(values), atol=1e-7)
    assert ("propensity" in read) == ("examination" in read) == (source.name == "ctr")
    if source.name == "ctr":
        np.testing.assert_array_equal(read["propensity"], log.drawn.propensity)
        np.testing.assert_array_equal(read["examination"], log.drawn.examined)


def test_noisy_labels_have_the_clean_ones_beside_them(tmp_path):
    order = Export(Cat10(label_noise=0.2, bayes_ap=0.5).spec, SEED, 8192, posterior=True)
    written(order, tmp_path)
    read = pq.read_table(tmp_path / "part-00000.parquet").to_pandas()
    log = joined(list(blocks(order.spec, SEED, Window(8192, 0))))
    classes = calibrated(order.spec).law.world.classes
    assert read["clean_class"].tolist() == [classes[code] for code in log.clean_y]
    np.testing.assert_allclose(np.stack(read["clean_posterior"]), probabilities(log.clean), atol=1e-7)
    # a fifth is drawn anew, and some of it comes out right
    assert 0.05 < (read["class"].astype(str) != read["clean_class"].astype(str)).mean() < 0.2


def test_labels_are_the_same_whether_posteriors_are_written_or_not(tmp_path):
    for posterior in (True, False):
        (tmp_path / str(posterior)).mkdir()
        written(Export(Cat10().spec, SEED, 8192, posterior), tmp_path / str(posterior))
    one, other = (pq.read_table(tmp_path / name / "part-00000.parquet") for name in ("True", "False"))
    assert set(one.column_names) - set(other.column_names) == {"posterior", "full_posterior"}
    assert one.select(other.column_names).equals(other)


def test_other_tools_find_dictionaries_nulls_and_one_schema(tmp_path):
    order = Export(Cat10(missing=0.2).spec, SEED, 10_000)
    parts = written(order, tmp_path)
    (tmp_path / "_manifest.json").write_text("{}")
    read = pads.dataset(tmp_path, format="parquet").to_table()
    assert len(read) == 10_000
    assert read["rating"].null_count == pytest.approx(2_000, abs=200)
    for name in ("class", "brand", "user", "hour"):
        assert read.schema.field(name).type == pa.dictionary(pa.int32(), pa.string())
    assert read.schema.field("time").type == pa.timestamp("us", tz="UTC")
    assert "posterior" not in read.schema.names
    file = pq.ParquetFile(tmp_path / parts[0].file)
    assert [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)] == [4096, 4096]


def test_a_part_does_not_depend_on_those_before_it(tmp_path):
    order = Export(Cat10().spec, SEED, 20_000, mark="m")
    (tmp_path / "all").mkdir()
    whole = written(order, tmp_path / "all")
    assert write(order, 1, tmp_path) == whole[1]
    assert not list(tmp_path.glob(".*"))


def test_row_groups_are_shorter_where_classes_are_many():
    few, many = Cat10().spec, Cat10(zipf=1.0, classes=2000).spec
    order = Export(few, SEED, 10)
    assert replace(order, spec=many).group == 1
    parquet.GROUP = 16
    assert (order.group, replace(order, spec=many).group) == (16, 2)


def test_what_is_no_part_of_this_log_is_not_taken_for_one(tmp_path):
    order = Export(Cat10().spec, SEED, 10_000, mark="mine")
    assert found(order, 0, tmp_path) is None
    parts = written(order, tmp_path)
    assert [found(order, part, tmp_path) for part in range(2)] == parts
    assert found(replace(order, mark="another's"), 0, tmp_path) is None
    assert found(replace(order, rows=9_999), 1, tmp_path) is None
    first, second = (tmp_path / part.file for part in parts)
    first.replace(second)
    assert found(order, 1, tmp_path) is None
    first.write_bytes(second.read_bytes()[:-100])
    assert found(order, 0, tmp_path) is None


def test_disk_a_row_is_known_before(tmp_path):
    order = Export(Cat10().spec, SEED, 8192)
    assert weight(order) == pytest.approx(write(order, 0, tmp_path).bytes / 8192, rel=0.15)
