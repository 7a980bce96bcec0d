"""Experiments, runs, metrics, params, tags, searches: what a training script and a notebook do."""

import math
import os
import subprocess
import sys
import time

import pandas as pd
from cases import case, main, paged, refused

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType

client = MlflowClient()


@case("the Default experiment is there from the start")
def default_experiment():
    found = client.get_experiment("0")
    assert found.name == "Default" and found.lifecycle_stage == "active"


@case("an experiment is made, found, tagged, renamed, deleted and restored")
def experiments():
    made = client.create_experiment("life", tags={"team": "a"})
    assert client.get_experiment_by_name("life").experiment_id == made
    assert client.get_experiment(made).artifact_location == f"mlflow-artifacts:/{made}"
    refused(client.create_experiment, "life", code="RESOURCE_ALREADY_EXISTS")
    client.set_experiment_tag(made, "team", "b")
    assert client.get_experiment(made).tags == {"team": "b"}
    client.rename_experiment(made, "life 2")
    assert client.get_experiment(made).name == "life 2"
    client.delete_experiment(made)
    assert client.get_experiment(made).lifecycle_stage == "deleted"
    refused(client.create_experiment, "life 2", code="RESOURCE_ALREADY_EXISTS")
    client.restore_experiment(made)
    assert client.get_experiment(made).lifecycle_stage == "active"
    assert client.get_experiment_by_name("no such experiment") is None


@case("searching experiments filters, sorts and pages one by one")
def search_experiments():
    ids = [client.create_experiment(f"page-{n}", tags={"n": str(n)}) for n in range(4)]
    names = lambda filter_string: [e.name for e in client.search_experiments(filter_string=filter_string)]
    assert names("name = 'page-2'") == ["page-2"]
    assert names("tags.n = '3'") == ["page-3"]
    assert len(names("name LIKE 'page-%'")) == 4
    assert len(names("name ILIKE 'PAGE-%'")) == 4
    every = paged(
        lambda token: client.search_experiments(
            filter_string="name LIKE 'page-%'", order_by=["name ASC"], max_results=1, page_token=token
        )
    )
    assert [e.experiment_id for e in every] == ids


@case("the fluent API logs params, metrics, tags and ends the run")
def fluent():
    mlflow.set_experiment("fluent")
    with mlflow.start_run(run_name="first", description="about it") as run:
        mlflow.log_param("depth", 3)
        mlflow.log_params({"rate": 0.1, "name with space": "x"})
        mlflow.log_metric("loss", 1.5, step=0)
        for step in range(1, 4):
            mlflow.log_metrics({"loss": 1.5 / (step + 1), "acc": step / 4}, step=step)
        mlflow.set_tag("stage", "dev")
        mlflow.set_tags({"a": "1", "b": "2"})
    got = client.get_run(run.info.run_id)
    assert got.info.status == "FINISHED" and got.info.end_time >= got.info.start_time
    assert got.info.run_name == "first"
    assert got.data.params == {"depth": "3", "rate": "0.1", "name with space": "x"}
    assert got.data.metrics == {"loss": 0.375, "acc": 0.75}
    assert got.data.tags["mlflow.note.content"] == "about it"
    assert got.data.tags["stage"] == "dev" and got.data.tags["mlflow.runName"] == "first"
    history = client.get_metric_history(run.info.run_id, "loss")
    assert [point.step for point in history] == [0, 1, 2, 3]


@case("a run that raised is FAILED, and a run can be resumed")
def failed():
    mlflow.set_experiment("fluent")
    try:
        with mlflow.start_run() as run:
            raise ValueError("no")
    except ValueError:
        pass
    assert client.get_run(run.info.run_id).info.status == "FAILED"
    with mlflow.start_run(run_id=run.info.run_id):
        mlflow.log_metric("after", 1)
    assert client.get_run(run.info.run_id).info.status == "FINISHED"


@case("nested runs point to their parents, two levels deep")
def nested():
    mlflow.set_experiment("nested")
    with mlflow.start_run(run_name="parent") as parent:
        with mlflow.start_run(run_name="child", nested=True) as child:
            with mlflow.start_run(run_name="grandchild", nested=True) as grandchild:
                mlflow.log_metric("x", 1)
    assert client.get_parent_run(grandchild.info.run_id).info.run_id == child.info.run_id
    found = mlflow.search_runs(
        experiment_names=["nested"], filter_string=f"tags.mlflow.parentRunId = '{parent.info.run_id}'"
    )
    assert list(found.run_id) == [child.info.run_id]


@case("NaN and infinities are kept, and a point sent twice is one point")
def not_a_number():
    run = client.create_run("0")
    key = run.info.run_id
    for _ in range(2):
        client.log_metric(key, "nan", math.nan, timestamp=1, step=0)
        client.log_metric(key, "inf", math.inf, timestamp=1, step=0)
        client.log_metric(key, "minus", -math.inf, timestamp=1, step=0)
    metrics = client.get_run(key).data.metrics
    assert math.isnan(metrics["nan"])
    assert metrics["inf"] > 1e308 and metrics["minus"] < -1e308
    assert len(client.get_metric_history(key, "nan")) == 1
    assert len(client.get_metric_history(key, "inf")) == 1


@case("a param cannot change, and the same value again is fine")
def params_are_final():
    key = client.create_run("0").info.run_id
    client.log_param(key, "p", "1")
    client.log_param(key, "p", "1")
    refused(client.log_param, key, "p", "2", code="INVALID_PARAMETER_VALUE")
    client.log_param(key, "empty", "")
    assert client.get_run(key).data.params == {"p": "1", "empty": ""}


@case("log_batch takes 1,000 points, and more in one call of the client")
def batches():
    key = client.create_run("0").info.run_id
    points = [Metric("m", n / 7, 1000 + n, n) for n in range(1500)]
    client.log_batch(key, metrics=points[:900], params=[Param("a", "1")], tags=[RunTag("t", "x")])
    mlflow.set_experiment("fluent")
    with mlflow.start_run():
        mlflow.log_params({f"p{n}": n for n in range(250)})
        mlflow.log_metrics({f"m{n}": n for n in range(1200)})
        wide = mlflow.active_run().info.run_id
    got = client.get_run(wide).data
    assert len(got.params) == 250 and len(got.metrics) == 1200
    assert len(client.get_metric_history(key, "m")) == 900


@case("a history of 30,000 points comes back whole and in order")
def long_history():
    key = client.create_run("0").info.run_id
    for start in range(0, 30_000, 1000):
        client.log_batch(key, metrics=[Metric("long", n, n, n) for n in range(start, start + 1000)])
    history = client.get_metric_history(key, "long")
    assert [point.step for point in history] == list(range(30_000))


@case("tags and runs are deleted and restored; what is not there is said")
def deletion():
    key = client.create_run("0").info.run_id
    client.set_tag(key, "t", "1")
    client.delete_tag(key, "t")
    refused(client.delete_tag, key, "t", code="RESOURCE_DOES_NOT_EXIST")
    client.delete_run(key)
    assert client.get_run(key).info.lifecycle_stage == "deleted"
    refused(client.log_metric, key, "m", 1.0)
    client.restore_run(key)
    client.log_metric(key, "m", 1.0)
    refused(client.get_run, "0" * 32, code="RESOURCE_DOES_NOT_EXIST")


@case("search_runs gives a data frame, by every kind of condition and order")
def search_runs():
    experiment = client.create_experiment("searched")
    for n in range(6):
        with mlflow.start_run(experiment_id=experiment, run_name=f"run {n}"):
            mlflow.log_metric("score", n)
            mlflow.log_param("kind", "odd" if n % 2 else "even")
            mlflow.set_tag("n", str(n))
    frame = mlflow.search_runs(experiment_ids=[experiment], filter_string="metrics.score >= 2")
    assert isinstance(frame, pd.DataFrame) and len(frame) == 4
    assert {"metrics.score", "params.kind", "tags.n", "run_id"} <= set(frame.columns)
    scores = lambda **query: list(mlflow.search_runs(experiment_ids=[experiment], **query)["metrics.score"])
    assert scores(order_by=["metrics.score DESC"]) == [5, 4, 3, 2, 1, 0]
    assert sorted(scores(filter_string="params.kind = 'odd' AND metrics.score < 4")) == [1, 3]
    assert scores(filter_string="tags.n LIKE '4%'") == [4]
    assert scores(filter_string="attributes.run_name = 'run 3'") == [3]
    assert scores(filter_string="params.`kind` ILIKE 'EV%'", order_by=["metrics.score"]) == [0, 2, 4]
    assert len(mlflow.search_runs(experiment_ids=[experiment], filter_string="status = 'RUNNING'")) == 0
    assert len(mlflow.search_runs(experiment_ids=[experiment], filter_string="attribute.start_time > 0")) == 6
    refused(mlflow.search_runs, experiment_ids=[experiment], filter_string="metrics.score > 'a'")
    refused(mlflow.search_runs, experiment_ids=[experiment], filter_string="metrics.score > 1 OR metrics.score < 0")
    every = paged(
        lambda token: client.search_runs(
            [experiment], order_by=["metrics.score ASC"], max_results=1, page_token=token
        )
    )
    assert [run.data.metrics["score"] for run in every] == [0, 1, 2, 3, 4, 5]
    deleted = every[0].info.run_id
    client.delete_run(deleted)
    assert len(client.search_runs([experiment])) == 5
    only = client.search_runs([experiment], run_view_type=ViewType.DELETED_ONLY)
    assert [run.info.run_id for run in only] == [deleted]


@case("datasets are logged as inputs and found by name")
def datasets():
    experiment = client.create_experiment("with data")
    frame = pd.DataFrame({"a": [1, 2, 3], "b": [0.1, 0.2, 0.3]})
    data = mlflow.data.from_pandas(frame, source="https://example.com/a.csv", name="small", targets="b")
    with mlflow.start_run(experiment_id=experiment) as run:
        mlflow.log_input(data, context="training")
        mlflow.log_input(data, context="training")
    [logged] = client.get_run(run.info.run_id).inputs.dataset_inputs
    assert logged.dataset.name == "small" and logged.dataset.digest == data.digest
    assert logged.tags[0].key == "mlflow.data.context" and logged.tags[0].value == "training"
    assert "mlflow_colspec" in logged.dataset.schema
    found = mlflow.search_runs(
        experiment_ids=[experiment], filter_string="dataset.name = 'small' AND dataset.context = 'training'"
    )
    assert list(found.run_id) == [run.info.run_id]


@case("asynchronous logging loses nothing")
def asynchronous():
    mlflow.set_experiment("async")
    with mlflow.start_run() as run:
        for step in range(200):
            mlflow.log_metric("m", step, step=step, synchronous=False)
        mlflow.log_params({"a": 1}, synchronous=False).wait()
    mlflow.flush_async_logging()
    deadline = time.monotonic() + 20
    while len(client.get_metric_history(run.info.run_id, "m")) < 200:
        assert time.monotonic() < deadline, "points are missing"
        time.sleep(0.1)
    assert client.get_run(run.info.run_id).data.params == {"a": "1"}


@case("set_terminated, update_run and log_dict work through MlflowClient")
def low_level():
    run = client.create_run("0", run_name="by hand", tags={"k": "v"})
    key = run.info.run_id
    client.update_run(key, name="renamed")
    client.set_terminated(key, status="KILLED")
    got = client.get_run(key)
    assert got.info.run_name == "renamed" and got.info.status == "KILLED"
    assert got.data.tags["mlflow.runName"] == "renamed"


@case("the mlflow command makes and finds experiments, lists and deletes runs")
def command_line():
    def mlflow_command(*words):
        done = subprocess.run(
            [os.path.join(os.path.dirname(sys.executable), "mlflow"), *words], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    mlflow_command("experiments", "create", "-n", "from the command line")
    assert "from the command line" in mlflow_command("experiments", "search")
    found = client.get_experiment_by_name("from the command line")
    run = client.create_run(found.experiment_id, run_name="cli run")
    assert run.info.run_id in mlflow_command("runs", "list", "--experiment-id", found.experiment_id)
    mlflow_command("runs", "delete", "--run-id", run.info.run_id)
    assert client.get_run(run.info.run_id).info.lifecycle_stage == "deleted"


main()
