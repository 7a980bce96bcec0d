import type { OnnxVersion } from '../../onnx/index.ts';
import { outputNames } from '../../onnx/index.ts';

/** The README of an export: what it is, and how to run it with nothing of ours. */
export function exportReadme(version: OnnxVersion): string {
  const { model, version: number, signature, digest } = version;
  const names = outputNames(signature.inputs);
  const outputs =
    signature.classes === null
      ? `- \`${names.value}\`: float32 \`[N]\`, the predicted number`
      : [
          `- \`${names.label}\`: string \`[N]\`, the answer`,
          `- \`${names.probabilities}\`: float32 \`[N, ${signature.classes.length}]\`, in the order ${signature.classes.map((name) => `\`${name}\``).join(', ')}`,
        ].join('\n');
  return `# ${model} ${number}

Predicts \`${signature.target}\` (${signature.task}). \`card.md\` says what it was trained on and how good it is.
Digest of \`model.onnx\`: \`${digest}\`. Check all files with \`sha256sum -c checksums.sha256\`.

## Run it

- Python: \`pip install onnxruntime numpy\`, then \`python predict.py\`
- Node: \`npm install onnxruntime-node\`, then \`node predict.mjs\`
- MLflow: \`mlflow.pyfunc.load_model("this folder").predict(data_frame)\`, or \`mlflow models serve -m this-folder\`
- Assay, where the model is registered:

      curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
        -d @example-request.json http://127.0.0.1:4890/api/v1/predictions

All of them answer \`example-request.json\` with \`example-response.json\`. MLflow is strict about column types: give it
datetimes as integer milliseconds, columns of type double as floats, missing texts as empty ones and, from pandas 3 on, texts as \`astype(object)\`.

## Inputs

One tensor a raw column, named like the column, shape \`[N]\`. No preprocessing is needed: it is part of the file.

| column type | tensor | missing |
| --- | --- | --- |
| integer | int64; float64 when it may be missing | NaN |
| float | float64 | NaN |
| boolean | bool; float64 (0 and 1) when it may be missing | NaN |
| string | string | the empty text |
| datetime, date | int64, milliseconds since 1970-01-01 UTC | the smallest int64 |

\`signature.json\` lists the columns with their types and examples.

## Outputs

${outputs}

## Files

| file | what |
| --- | --- |
| \`model.onnx\` | the model, from raw columns to the answer |
| \`model.pyfunc.onnx\` | the same with one \`[N]\` output a column, for MLflow's data frames |
| \`MLmodel\`, \`conda.yaml\`, \`python_env.yaml\`, \`requirements.txt\`, \`input_example.json\` | what MLflow reads |
| \`signature.json\` | inputs, target and classes |
| \`card.md\` | model card |
| \`recipe.json\`, \`evaluation.json\` | how it was trained and its figures, where the run still holds them |
| \`example-request.json\`, \`example-response.json\` | a request and its answer |
`;
}
