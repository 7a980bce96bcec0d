"""A plain server as people write it: FastAPI and onnxruntime, columns in JSON in, outputs in JSON out."""
import sys

import numpy as np
import onnxruntime
import uvicorn
from fastapi import FastAPI, Request

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(f"{sys.argv[1]}/model.onnx", options, providers=["CPUExecutionProvider"])
names = [output.name for output in session.get_outputs()]
app = FastAPI()


def tensor(cells):
    return np.array(cells, dtype=object if isinstance(cells[0], str) else np.float64)


@app.get("/health")
def health():
    return "ok"


@app.post("/predict")
async def predict(request: Request):
    columns = (await request.json())["columns"]
    outputs = session.run(None, {name: tensor(cells) for name, cells in columns.items()})
    return dict(zip(names, (output.tolist() for output in outputs)))


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
