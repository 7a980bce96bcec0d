"""Files: up and down, whole folders, odd names, images, tables, figures, large ones in parts."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

import pandas as pd
from cases import MAJOR, case, main

import mlflow
from mlflow import MlflowClient

client = MlflowClient()
mlflow.set_experiment("artifacts")


def new_run():
    return client.create_run(client.get_experiment_by_name("artifacts").experiment_id).info.run_id


def paths(run_id, path=None):
    return sorted((entry.path, entry.is_dir) for entry in client.list_artifacts(run_id, path))


@case("files and folders go up, are listed level by level, and come down the same")
def round_trip():
    key = new_run()
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(f"{folder}/deep/er")
        contents = {"a.txt": b"hello", "empty": b"", "deep/er/with space & plus+.bin": bytes(range(256)) * 50}
        for name, content in contents.items():
            with open(f"{folder}/{name}", "wb") as file:
                file.write(content)
        client.log_artifacts(key, folder, "some/where")
        client.log_artifact(key, f"{folder}/a.txt")
        assert paths(key) == [("a.txt", False), ("some", True)]
        assert paths(key, "some/where") == [
            ("some/where/a.txt", False),
            ("some/where/deep", True),
            ("some/where/empty", False),
        ]
        assert client.list_artifacts(key, "a.txt") == []
        assert client.list_artifacts(key, "nothing") == []
        sizes = {entry.path: entry.file_size for entry in client.list_artifacts(key)}
        assert sizes["a.txt"] == 5
        with tempfile.TemporaryDirectory() as target:
            got = client.download_artifacts(key, "some", target)
            for name, content in contents.items():
                with open(os.path.join(got, "where", name), "rb") as file:
                    assert file.read() == content, name


@case("texts, dicts, figures, images and tables are logged and read back")
def rich():
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as pyplot
    import numpy

    with mlflow.start_run() as run:
        mlflow.log_text("grüße", "note.txt")
        mlflow.log_dict({"a": [1, 2]}, "config.json")
        mlflow.log_dict({"a": [1, 2]}, "config.yaml")
        figure, axes = pyplot.subplots()
        axes.plot([1, 2, 3])
        mlflow.log_figure(figure, "plots/line.png")
        mlflow.log_image(numpy.zeros((8, 8, 3), dtype=numpy.uint8), "black.png")
        for step in range(2):
            mlflow.log_image(numpy.full((8, 8), step, dtype=numpy.uint8), key="gray", step=step)
        mlflow.log_table({"x": [1, 2], "y": ["a", "b"]}, "table.json")
        mlflow.log_table(pd.DataFrame({"x": [3], "y": ["c"]}), "table.json")
        key = run.info.run_id
        table = mlflow.load_table("table.json", run_ids=[key])
    assert mlflow.artifacts.load_text(f"runs:/{key}/note.txt") == "grüße"
    assert mlflow.artifacts.load_dict(f"runs:/{key}/config.json") == {"a": [1, 2]}
    assert mlflow.artifacts.load_image(f"runs:/{key}/black.png").size == (8, 8)
    assert list(table["x"]) == [1, 2, 3]
    assert len(client.list_artifacts(key, "images")) == 4


def ours(address, **query):
    """An answer of Assay's own API, with the client's address and token."""
    url = f"{os.environ['MLFLOW_TRACKING_URI']}/api/v1{address}?{urllib.parse.urlencode(query)}"
    headers = {"Authorization": f"Bearer {os.environ['MLFLOW_TRACKING_TOKEN']}"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        return json.load(answer)


@case("images by key and step, tables and figures are objects of the run in the workbench")
def objects():
    import numpy

    # Older clients write a "#" for the slash, which then ends the address of the file.
    name = "val/gray" if MAJOR >= 3 else "gray"
    with mlflow.start_run() as run:
        key = run.info.run_id
        for step in (10, 9):
            mlflow.log_image(numpy.full((8, 8), step, dtype=numpy.uint8), key=name, step=step, timestamp=step)
        mlflow.log_image(numpy.zeros((8, 8), dtype=numpy.uint8), "single.png")
        mlflow.log_text("some text", "note.txt")
        mlflow.log_table({"question": ["a", "b"], "score": [0.5, 10]}, "answers.json")
    groups = {(group["kind"], group["key"]): group for group in ours(f"/runs/{key}/objects")["items"]}
    assert set(groups) == {
        ("image", name),
        ("image", "single.png"),
        ("text", "note.txt"),
        ("table", "answers.json"),
    }, groups
    assert groups["image", name]["count"] == 2
    steps = ours(f"/runs/{key}/objects/steps", kind="image", key=name)["items"]
    assert [(step["step"], step["timestampMs"]) for step in steps] == [(9, 9), (10, 10)]
    assert all(step["thumbnailPath"].endswith("compressed.webp") for step in steps)
    table = ours(f"/runs/{key}/artifact-table", path="answers.json", sort="-score")
    assert [column["name"] for column in table["columns"]] == ["question", "score"]
    assert table["rows"] == [["b", 10], ["a", 0.5]], table


@case("the mlflow command uploads, lists and downloads")
def command_line():
    key = new_run()
    command = os.path.join(os.path.dirname(sys.executable), "mlflow")
    run = lambda *words: subprocess.run([command, *words], capture_output=True, text=True, check=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/file.csv", "w") as file:
            file.write("a,b\n1,2\n")
        run("artifacts", "log-artifact", "--local-file", f"{folder}/file.csv", "--run-id", key)
        assert "file.csv" in run("artifacts", "list", "--run-id", key)
        run("artifacts", "download", "--run-id", key, "--artifact-path", "file.csv", "-d", f"{folder}/got")
        with open(f"{folder}/got/file.csv") as file:
            assert file.read() == "a,b\n1,2\n"


def large(size):
    """A file of so many bytes that does not compress, and its digest."""
    digest = hashlib.sha256()
    file = tempfile.NamedTemporaryFile(suffix=".bin")
    for _ in range(size // 2**20):
        block = os.urandom(2**20)
        digest.update(block)
        file.write(block)
    file.flush()
    return file, digest.hexdigest()


def same_when_back(key, name, digest):
    with tempfile.TemporaryDirectory() as target:
        got = client.download_artifacts(key, name, target)
        with open(got, "rb") as file:
            assert hashlib.file_digest(file, "sha256").hexdigest() == digest


@case("a file of 200 MB goes up and comes down in one piece")
def large_file():
    key = new_run()
    file, digest = large(200 * 2**20)
    with file:
        client.log_artifact(key, file.name)
        same_when_back(key, os.path.basename(file.name), digest)


@case("with multipart transfers on, a file goes up and comes down in parts")
def multipart():
    key = new_run()
    settings = {
        "MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD": "true",
        "MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE": str(10 * 2**20),
        "MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE": str(6 * 2**20),
    }
    if MAJOR >= 3:
        settings |= {
            "MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD": "true",
            "MLFLOW_MULTIPART_DOWNLOAD_MINIMUM_FILE_SIZE": str(10 * 2**20),
            "MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE": str(7 * 2**20),
        }
    os.environ.update(settings)
    try:
        file, digest = large(25 * 2**20)
        with file:
            client.log_artifact(key, file.name)
            same_when_back(key, os.path.basename(file.name), digest)
    finally:
        for name in settings:
            del os.environ[name]


@case("the same file of two runs is kept once")
def once():
    keys = [new_run(), new_run()]
    file, digest = large(2**20)
    with file:
        for key in keys:
            client.log_artifact(key, file.name)
            same_when_back(key, os.path.basename(file.name), digest)


main()
