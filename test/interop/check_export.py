"""Opens an exported model as other tools do, and prints what they answer to its example rows as JSON.

Needs onnx, onnxruntime, numpy, pandas < 3 or texts as objects, and mlflow.
"""
import json
import pathlib
import subprocess
import sys

import mlflow
import onnx

folder = pathlib.Path(sys.argv[1])
for name in ("model.onnx", "model.pyfunc.onnx"):
    onnx.checker.check_model(onnx.load(folder / name), full_check=True)

script = subprocess.run(
    [sys.executable, folder / "predict.py"], capture_output=True, text=True, check=True
)

pyfunc = mlflow.pyfunc.load_model(str(folder))
frame = pyfunc.metadata.load_input_example(str(folder))
texts = [column for column in frame.columns if str(frame[column].dtype).startswith("str")]
answers = pyfunc.predict(frame.astype({column: object for column in texts}))

print(
    json.dumps(
        {
            "script": json.loads(script.stdout),
            "pyfunc": answers.to_dict(orient="list"),
            "onnx": [output.name for output in mlflow.onnx.load_model(str(folder)).graph.output],
        }
    )
)
