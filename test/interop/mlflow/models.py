"""Logged models and the model registry: log, register, load, stages, aliases, search, evaluate, autologging."""

import warnings

import pandas as pd
from cases import MAJOR, case, main, paged, refused
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

import mlflow
from mlflow import MlflowClient

warnings.filterwarnings("ignore")
client = MlflowClient()
mlflow.set_experiment("models")
features, target = load_iris(return_X_y=True, as_frame=True)
fitted = LogisticRegression(max_iter=200).fit(features, target)
expected = list(fitted.predict(features))


def log(**options):
    place = {"name": "model"} if MAJOR >= 3 else {"artifact_path": "model"}
    return mlflow.sklearn.log_model(fitted, **place, input_example=features.head(2), **options)


def loads(uri):
    assert list(mlflow.pyfunc.load_model(uri).predict(features)) == expected, uri


@case("a model is logged and loaded by runs:/")
def by_run():
    with mlflow.start_run() as run:
        mlflow.log_metric("loss", float("nan"))
        info = log()
    loads(f"runs:/{run.info.run_id}/model")
    loads(info.model_uri)


@case("a logged model has params, metrics, tags, and is searched", needs=3)
def logged_models():
    with mlflow.start_run() as run:
        mlflow.log_metric("acc", 0.5)
        info = log(params={"C": 1})
        mlflow.log_metric("acc", 0.9, model_id=info.model_id)
    model = mlflow.get_logged_model(info.model_id)
    assert model.status == "READY" and model.source_run_id == run.info.run_id
    assert model.params["C"] == "1"
    client.set_logged_model_tags(info.model_id, {"good": "yes"})
    experiment = run.info.experiment_id
    found = mlflow.search_logged_models(
        experiment_ids=[experiment], filter_string="tags.good = 'yes'", output_format="list"
    )
    assert [each.model_id for each in found] == [info.model_id]
    found = mlflow.search_logged_models(
        experiment_ids=[experiment], filter_string="metrics.acc >= 0.9", output_format="list"
    )
    assert info.model_id in [each.model_id for each in found]
    client.delete_logged_model_tag(info.model_id, "good")
    assert "good" not in mlflow.get_logged_model(info.model_id).tags
    outputs = client.get_run(run.info.run_id).outputs.model_outputs
    assert [output.model_id for output in outputs] == [info.model_id]
    loads(f"models:/{info.model_id}")


@case("a model is registered while it is logged, and loaded by number and alias")
def registered():
    with mlflow.start_run():
        log(registered_model_name="iris")
        log(registered_model_name="iris")
    loads("models:/iris/1")
    loads("models:/iris/latest")
    client.set_registered_model_alias("iris", "champion", "2")
    loads("models:/iris@champion")
    version = client.get_model_version_by_alias("iris", "champion")
    assert str(version.version) == "2" and version.aliases == ["champion"]
    assert client.get_registered_model("iris").aliases == {"champion": "2"} or MAJOR < 3
    client.delete_registered_model_alias("iris", "champion")
    refused(client.get_model_version_by_alias, "iris", "champion")


@case("register_model takes what a run or a logged model holds")
def register_model():
    with mlflow.start_run() as run:
        info = log()
    first = mlflow.register_model(f"runs:/{run.info.run_id}/model", "from-run", tags={"t": "1"})
    assert str(first.version) == "1" and first.run_id == run.info.run_id
    loads("models:/from-run/1")
    if MAJOR >= 3:
        second = mlflow.register_model(f"models:/{info.model_id}", "from-run")
        assert str(second.version) == "2"
        loads("models:/from-run/2")
        assert "from-run" in mlflow.get_logged_model(info.model_id).tags["mlflow.modelVersions"]


@case("versions have descriptions, tags, stages, and are copied")
def versions():
    with mlflow.start_run() as run:
        log()
    source = f"runs:/{run.info.run_id}/model"
    client.create_registered_model("handmade", tags={"a": "1"}, description="d")
    refused(client.create_registered_model, "handmade", code="RESOURCE_ALREADY_EXISTS")
    for _ in range(2):
        mlflow.register_model(source, "handmade")
    client.update_model_version("handmade", "1", "better")
    client.set_model_version_tag("handmade", "1", "k", "v")
    version = client.get_model_version("handmade", "1")
    assert version.description == "better" and version.tags == {"k": "v"} and version.status == "READY"
    client.delete_model_version_tag("handmade", "1", "k")
    client.transition_model_version_stage("handmade", "1", "Staging")
    client.transition_model_version_stage("handmade", "2", "Staging", archive_existing_versions=True)
    stages = {v.version: v.current_stage for v in client.search_model_versions("name = 'handmade'")}
    assert {str(number): stage for number, stage in stages.items()} == {"1": "Archived", "2": "Staging"}
    loads("models:/handmade/Staging")
    copied = client.copy_model_version("models:/handmade/2", "copied")
    assert str(copied.version) == "1"
    loads("models:/copied/1")
    client.delete_model_version("handmade", "2")
    again = mlflow.register_model(source, "handmade")
    assert str(again.version) == "3"
    refused(client.get_model_version, "handmade", "2", code="RESOURCE_DOES_NOT_EXIST")


@case("registered models are renamed, searched page by page, and deleted")
def search():
    for n in range(3):
        client.create_registered_model(f"many-{n}", tags={"n": str(n)})
    client.rename_registered_model("many-2", "many-9")
    every = paged(
        lambda token: client.search_registered_models(
            "name LIKE 'many-%'", max_results=1, order_by=["name DESC"], page_token=token
        )
    )
    assert [model.name for model in every] == ["many-9", "many-1", "many-0"]
    [one] = client.search_registered_models("tags.n = '1'")
    assert one.name == "many-1"
    client.delete_registered_model("many-9")
    refused(client.get_registered_model, "many-9", code="RESOURCE_DOES_NOT_EXIST")
    for _ in range(3):
        client.create_model_version("many-0", "s3://bucket/x")
    numbers = paged(
        lambda token: client.search_model_versions("name = 'many-0'", max_results=1, page_token=token)
    )
    assert [int(version.version) for version in numbers] == [3, 2, 1]


@case("prompts are registered, loaded, and no models", needs=3)
def prompts():
    mlflow.genai.register_prompt("greet", "Hello {{name}}", commit_message="first", tags={"lang": "en"})
    second = mlflow.genai.register_prompt("greet", "Hi {{name}}")
    assert second.version == 2
    assert mlflow.genai.load_prompt("prompts:/greet/1").format(name="Ada") == "Hello Ada"
    mlflow.genai.set_prompt_alias("greet", "live", 2)
    assert mlflow.genai.load_prompt("prompts:/greet@live").template == "Hi {{name}}"
    assert "greet" not in [model.name for model in client.search_registered_models()]
    assert "greet" in [prompt.name for prompt in mlflow.genai.search_prompts()]


@case("autologging of scikit-learn logs params, metrics and the model")
def autolog():
    mlflow.sklearn.autolog()
    try:
        with mlflow.start_run() as run:
            LogisticRegression(max_iter=150, C=0.5).fit(features, target)
    finally:
        mlflow.sklearn.autolog(disable=True)
    got = client.get_run(run.info.run_id)
    assert got.data.params["C"] == "0.5" and "training_accuracy_score" in got.data.metrics
    assert got.data.tags["estimator_name"] == "LogisticRegression"
    loads_any = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model")
    assert loads_any.C == 0.5


@case("autologging of a grid search makes child runs")
def autolog_grid():
    from sklearn.model_selection import GridSearchCV

    mlflow.sklearn.autolog(max_tuning_runs=3)
    try:
        with mlflow.start_run() as run:
            GridSearchCV(LogisticRegression(max_iter=200), {"C": [0.1, 1]}, cv=2).fit(features, target)
    finally:
        mlflow.sklearn.autolog(disable=True)
    children = mlflow.search_runs(
        experiment_names=["models"], filter_string=f"tags.mlflow.parentRunId = '{run.info.run_id}'"
    )
    assert len(children) == 2 and "params.C" in children


@case("evaluate logs metrics and tables of a classifier")
def evaluate():
    with mlflow.start_run() as run:
        info = log()
        frame = pd.concat([features, target.rename("target")], axis=1)
        evaluate_with = getattr(mlflow.models, "evaluate", None) or mlflow.evaluate
        result = evaluate_with(
            info.model_uri,
            frame,
            targets="target",
            model_type="classifier",
            evaluators="default",
            evaluator_config={"log_model_explainability": False},
        )
    logged = client.get_run(run.info.run_id).data.metrics
    assert logged["accuracy_score"] == result.metrics["accuracy_score"] > 0.9
    assert len(client.list_artifacts(run.info.run_id)) > 1


main()
