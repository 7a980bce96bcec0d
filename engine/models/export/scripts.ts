/** Cells as the tensors of a model, in Python. It needs `datetime`, `timedelta` and `timezone`, and NumPy as `np`. */
export const pythonTensors = `EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def milliseconds(cell):
    if isinstance(cell, int):
        return cell
    moment = datetime.fromisoformat(cell.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return (moment - EPOCH) // timedelta(milliseconds=1)


def tensor(column, cells):
    kind = column["type"]
    if kind == "string":
        return np.array(["" if cell is None else cell for cell in cells], dtype=object)
    if kind in ("datetime", "date"):
        missing = np.iinfo(np.int64).min
        return np.array([missing if cell is None else milliseconds(cell) for cell in cells], dtype=np.int64)
    if kind == "float" or column["nullable"]:
        return np.array([np.nan if cell is None else float(cell) for cell in cells], dtype=np.float64)
    if kind == "boolean":
        return np.array(cells, dtype=np.bool_)
    return np.array([int(cell) for cell in cells], dtype=np.int64)`;

/** Answers a request with the exported model, in Python: `onnxruntime` and `numpy` are all it needs. */
export const pythonScript = `"""Answers a request with model.onnx.

    pip install onnxruntime numpy
    python predict.py                     # answers example-request.json
    python predict.py my-request.json
"""
import json
import pathlib
import sys
from datetime import datetime, timedelta, timezone

import numpy as np
import onnxruntime

here = pathlib.Path(__file__).parent
${pythonTensors}


def predict(rows):
    signature = json.loads((here / "signature.json").read_text(encoding="utf-8"))
    session = onnxruntime.InferenceSession(here / "model.onnx", providers=["CPUExecutionProvider"])
    feeds = {
        column["name"]: tensor(column, [row.get(column["name"]) for row in rows])
        for column in signature["inputs"]
    }
    names = [output.name for output in session.get_outputs()]
    answers = [np.asarray(output).tolist() for output in session.run(None, feeds)]
    return dict(zip(names, answers))


if __name__ == "__main__":
    path = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / "example-request.json"
    request = json.loads(path.read_text(encoding="utf-8"))
    print(json.dumps(predict(request["rows"]), ensure_ascii=False, indent=2))
`;

/** The same in JavaScript: `onnxruntime-node` is all it needs. */
export const nodeScript = `// Answers a request with model.onnx.
//
//     npm install onnxruntime-node
//     node predict.mjs                     # answers example-request.json
//     node predict.mjs my-request.json
import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const file = (name) => new URL(name, import.meta.url);
const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
const missingDatetime = -(2n ** 63n);

function milliseconds(cell) {
  if (typeof cell === 'number') return BigInt(cell);
  const hasZone = /(Z|[+-]\\d{2}:?\\d{2})$/i.test(cell) || !cell.includes(':');
  return BigInt(Date.parse(hasZone ? cell : \`\${cell.replace(' ', 'T')}Z\`));
}

function tensor({ type, nullable }, cells) {
  const dims = [cells.length];
  if (type === 'string') return new Tensor('string', cells.map((cell) => cell ?? ''), dims);
  if (type === 'datetime' || type === 'date')
    return new Tensor('int64', BigInt64Array.from(cells, (cell) => (cell == null ? missingDatetime : milliseconds(cell))), dims);
  if (type === 'float' || nullable)
    return new Tensor('float64', Float64Array.from(cells, (cell) => (cell == null ? NaN : Number(cell))), dims);
  if (type === 'boolean') return new Tensor('bool', Uint8Array.from(cells, Number), dims);
  return new Tensor('int64', BigInt64Array.from(cells, BigInt), dims);
}

const { rows } = json(process.argv[2] ?? file('example-request.json'));
const { inputs } = json(file('signature.json'));
const session = await InferenceSession.create(readFileSync(file('model.onnx')));
const feeds = Object.fromEntries(
  inputs.map((column) => [column.name, tensor(column, rows.map((row) => row[column.name]))]),
);
const outputs = await session.run(feeds);
const answers = Object.entries(outputs).map(([name, { data, dims }]) => {
  const flat = Array.from(data);
  const width = dims[1];
  return [name, width === undefined ? flat : rows.map((_, row) => flat.slice(row * width, (row + 1) * width))];
});
console.log(JSON.stringify(Object.fromEntries(answers), null, 2));
`;
