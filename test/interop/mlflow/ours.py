"""Models that Assay trained and registered, as MLflow's client sees and loads them."""

import pandas as pd
from cases import case, main

import mlflow
from mlflow import MlflowClient

client = MlflowClient()


@case("a model of Assay is in the registry, with stage, tags and aliases")
def registered():
    model = client.get_registered_model("late")
    assert [str(version.version) for version in model.latest_versions] == ["1"]
    version = client.get_model_version_by_alias("late", "champion")
    assert version.status == "READY" and version.source == f"runs:/{version.run_id}/model"
    client.set_model_version_tag("late", "1", "seen", "by mlflow")
    assert client.get_model_version("late", "1").tags["seen"] == "by mlflow"


@case("a model of Assay is loaded by models:/ and predicts", module="onnxruntime")
def loaded():
    frame = pd.DataFrame({"x": [-100.0, 100.0]})
    for uri in ("models:/late/1", "models:/late@champion"):
        answers = mlflow.pyfunc.load_model(uri).predict(frame)
        assert list(answers["label"]) == ["on time", "late"]
    assert mlflow.onnx.load_model("models:/late/1").graph.node


main()
