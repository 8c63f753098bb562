"""Where MLflow keeps its data."""

from pathlib import Path

import pytest

from longtail.bench.errors import ConfigurationError
from longtail.bench.publishing.place import place_of


def test_default_is_an_absolute_database_beside_the_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    place = place_of(Path("runs"), {})
    assert place.uri == f"sqlite:///{tmp_path}/runs/mlflow.db"
    assert place.uri.startswith("sqlite:////")
    assert place.database == tmp_path / "runs/mlflow.db"
    assert place.artifacts == tmp_path / "runs/mlflow-artifacts"
    assert place.experiment == "longtail"
    assert not place.is_server


def test_relative_database_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    place = place_of(Path("runs"), {"MLFLOW_TRACKING_URI": "sqlite:///own.db"})
    assert place.database == tmp_path / "own.db"
    assert place.uri == f"sqlite:///{tmp_path}/own.db"


@pytest.mark.parametrize("uri", ["http://127.0.0.1:5000", "https://mlflow.example/"])
def test_server_decides_where_artifacts_lie(uri: str) -> None:
    place = place_of(Path("runs"), {"MLFLOW_TRACKING_URI": uri, "MLFLOW_EXPERIMENT_NAME": "clicks"})
    assert (place.uri, place.artifacts, place.experiment) == (uri.rstrip("/"), None, "clicks")
    assert place.is_server


def test_password_is_not_shown() -> None:
    place = place_of(Path("runs"), {"MLFLOW_TRACKING_URI": "postgresql+psycopg2://me:secret@host/db"})
    assert place.shown == "postgresql+psycopg2://***@host/db"
    assert "secret" in place.uri


@pytest.mark.parametrize(
    "uri", ["file:///tmp/mlruns", "./mlruns", "htp://host", "http://", "sqlite:", "mlruns", "databricks"]
)
def test_bad_uri_is_one_sentence_with_the_choices(uri: str) -> None:
    with pytest.raises(ConfigurationError, match=r"MLFLOW_TRACKING_URI is '.*': give a server") as caught:
        place_of(Path("runs"), {"MLFLOW_TRACKING_URI": uri})
    assert "\n" not in str(caught.value)
