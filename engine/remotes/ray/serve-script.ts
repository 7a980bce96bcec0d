import { pythonTensors } from '../../models/index.ts';

/** Lies beside the files of the bundle; `import_path` of the application names it. */
export const serveScriptFile = 'assay_ray_serve.py';
export const importPath = 'assay_ray_serve:application';
/** Name of the one deployment of the application. */
export const deploymentName = 'Model';

/**
 * Answers `POST {"rows": […]}` as the predict endpoint does, and `GET` with what runs there. Rows that do not fit are answered with
 * 400 and every reason.
 */
export const serveScript = `"""Answers requests with model.onnx behind Ray Serve."""
import asyncio
import json
import pathlib
import time
from datetime import datetime, timedelta, timezone

import numpy as np
import onnxruntime
from ray import serve
from starlette.requests import Request
from starlette.responses import JSONResponse

here = pathlib.Path(__file__).parent
MAX_ROWS = 100_000
${pythonTensors}


def fault(column, cell):
    if cell is None:
        return None if column["nullable"] else "is missing"
    if column["type"] == "string" and not isinstance(cell, str):
        return "is no text"
    try:
        tensor(column, [cell])
    except (TypeError, ValueError, OverflowError, AttributeError):
        return f"is no {column['type']}"
    return None


def problems(inputs, rows):
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return ['"rows" has to be a list of objects']
    if not 0 < len(rows) <= MAX_ROWS:
        return [f'"rows" has {len(rows)} rows, expected 1 to {MAX_ROWS}']
    found = []
    for number, row in enumerate(rows):
        for column in inputs:
            why = fault(column, row.get(column["name"]))
            if why is not None:
                found.append(f'/rows/{number}: "{column["name"]}" {why}')
                if len(found) == 1000:
                    return found
    return found


def plain(output):
    if output.dtype.kind != "f":
        return output.tolist()
    wide = output.astype(np.float64)
    return np.where(np.isfinite(wide), wide.astype(object), None).tolist()


@serve.deployment(name="${deploymentName}")
class Model:
    def __init__(self, about):
        self.about = {key: about[key] for key in ("model", "version", "modelDigest")}
        self.signature = json.loads((here / "signature.json").read_text(encoding="utf-8"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = about["threads"]
        self.session = onnxruntime.InferenceSession(
            str(here / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def answer(self, rows):
        found = problems(self.signature["inputs"], rows)
        if found:
            return JSONResponse({"code": "predictions/bad-rows", "message": found[0], "problems": found}, 400)
        feeds = {
            column["name"]: tensor(column, [row.get(column["name"]) for row in rows])
            for column in self.signature["inputs"]
        }
        started = time.perf_counter()
        outputs = self.session.run(None, feeds)
        milliseconds = (time.perf_counter() - started) * 1000
        names = [output.name.rstrip("_") for output in self.session.get_outputs()]
        answers = {name: plain(np.asarray(output)) for name, output in zip(names, outputs)}
        classes = self.signature["classes"]
        return JSONResponse(
            {
                "model": self.about["model"],
                "version": self.about["version"],
                "rows": len(rows),
                **({} if classes is None else {"classes": classes}),
                **answers,
                "milliseconds": milliseconds,
            }
        )

    async def __call__(self, request: Request):
        if request.method == "GET":
            return JSONResponse({**self.about, "inputs": self.signature["inputs"]})
        try:
            body = await request.json()
        except ValueError:
            body = None
        rows = body.get("rows") if isinstance(body, dict) else None
        return await asyncio.to_thread(self.answer, rows)


def application(about):
    return Model.bind(about)
`;
