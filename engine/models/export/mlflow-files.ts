import { stringify } from 'yaml';
import type { Cell, Signature } from '../../../local-api/contract/index.ts';
import type { OnnxVersion } from '../../onnx/index.ts';
import { flattenModel, inputElementType, outputNames, probabilityColumns } from '../../onnx/index.ts';

/*
 * Two flavours in one folder. `onnx` opens model.onnx as it is. `python_function` puts each output into one column of a data
 * frame, so it opens a copy of the model that answers in columns of shape [N]: a [N, k] output would break the frame.
 * MLflow feeds a data frame column as [N], or the whole frame as [N, 1] when there is a single input.
 */

/** Versions that these files were written for and tried with. */
const versions = {
  mlflow: '3.0.0',
  onnx: '1.18.0',
  onnxruntime: '1.22.0',
  numpy: '1.26.0',
  python: '3.11.0',
};

const pyfuncModelFile = 'model.pyfunc.onnx';
const inputExampleFile = 'input_example.json';

/** The copy of the model for `python_function`. */
function pyfuncModel(model: Uint8Array, signature: Signature): Uint8Array {
  const [first, ...others] = signature.inputs;
  const lone = first !== undefined && others.length === 0;
  return flattenModel(model, {
    output: outputNames(signature.inputs).probabilities,
    columns: probabilityColumns(signature),
    loneInput: lone ? { name: first.name, type: inputElementType(first) } : null,
  });
}

/** What MLflow calls the column type; datetimes travel as milliseconds. */
function mlflowType(input: Signature['inputs'][number]): string {
  return {
    int64: 'long',
    float64: 'double',
    bool: 'boolean',
    string: 'string',
    float32: 'float',
    int32: 'integer',
    uint8: 'integer',
  }[inputElementType(input)];
}

function mlflowSignature(signature: Signature): { inputs: string; outputs: string; params: null } {
  const column = (type: string, name: string) => ({ type, name, required: true });
  const names = outputNames(signature.inputs);
  const outputs =
    signature.classes === null
      ? [column('float', names.value)]
      : [
          column('string', names.label),
          ...probabilityColumns(signature).map((name) => column('float', name)),
        ];
  return {
    inputs: JSON.stringify(signature.inputs.map((input) => column(mlflowType(input), input.name))),
    outputs: JSON.stringify(outputs),
    params: null,
  };
}

/** What MLflow's clients need to load a version, by path: an MLmodel and all that it names. */
export function mlflowFiles(
  version: OnnxVersion,
  model: Uint8Array,
  exampleRows: readonly Record<string, Cell>[],
): Map<string, Uint8Array> {
  const { signature } = version;
  const pyfunc = pyfuncModel(model, signature);
  const texts: Record<string, string> = {
    MLmodel: mlModelFile(version, model.byteLength + pyfunc.byteLength),
    ...environmentFiles(),
    [inputExampleFile]: inputExample(signature, exampleRows),
  };
  return new Map([
    ['model.onnx', model],
    [pyfuncModelFile, pyfunc],
    ...Object.entries(texts).map(([path, text]): [string, Uint8Array] => [path, Buffer.from(text, 'utf8')]),
  ]);
}

/** The text of the file `MLmodel`. `sizeBytes` counts the model files. */
function mlModelFile(version: OnnxVersion, sizeBytes: number): string {
  const { digest, signature, createdAtMs, runId } = version;
  return stringify({
    artifact_path: 'model',
    flavors: {
      onnx: {
        code: null,
        data: 'model.onnx',
        onnx_session_options: null,
        onnx_version: versions.onnx,
        providers: ['CPUExecutionProvider'],
      },
      python_function: {
        data: pyfuncModelFile,
        env: { conda: 'conda.yaml', virtualenv: 'python_env.yaml' },
        loader_module: 'mlflow.onnx',
        python_version: versions.python,
      },
    },
    metadata: { name: version.model, version: version.version, digest, target: signature.target },
    mlflow_version: versions.mlflow,
    model_size_bytes: sizeBytes,
    model_uuid: digest.slice('sha256:'.length, 'sha256:'.length + 32),
    ...(runId === null ? {} : { run_id: runId }),
    saved_input_example_info: {
      artifact_path: inputExampleFile,
      pandas_orient: 'split',
      type: 'dataframe',
    },
    signature: mlflowSignature(signature),
    utc_time_created: new Date(createdAtMs).toISOString().replace('T', ' ').replace('Z', '000'),
  });
}

/** Example rows as a data frame that MLflow reads back: datetimes in milliseconds, and 75.0 where it must not read an integer. */
function inputExample(signature: Signature, rows: readonly Record<string, Cell>[]): string {
  const columns = signature.inputs.map(({ name }) => name);
  const data = rows.map((row) =>
    signature.inputs.map((input) => {
      const cell = row[input.name] ?? null;
      const isTime = input.type === 'datetime' || input.type === 'date';
      const value = isTime && typeof cell === 'string' ? Date.parse(cell) : cell;
      const text = JSON.stringify(value);
      return Number.isInteger(value) && mlflowType(input) === 'double' ? `${text}.0` : text;
    }),
  );
  return `{"columns":${JSON.stringify(columns)},"data":[${data.map((cells) => `[${cells.join(',')}]`).join(',')}]}\n`;
}

const requirements = [
  `onnxruntime>=${versions.onnxruntime}`,
  `onnx>=${versions.onnx}`,
  `numpy>=${versions.numpy}`,
  `mlflow>=${versions.mlflow}`,
  // MLflow hands text columns on as they are, and ONNX Runtime does not take the text type of pandas 3.
  'pandas<3',
];

/** The environment, three times: for pip, for conda and for virtualenv. */
function environmentFiles(): Record<string, string> {
  return {
    'requirements.txt': `${requirements.join('\n')}\n`,
    'python_env.yaml': stringify({
      python: versions.python,
      build_dependencies: ['pip'],
      dependencies: ['-r requirements.txt'],
    }),
    'conda.yaml': stringify({
      name: 'mlflow-env',
      channels: ['conda-forge'],
      dependencies: [`python=${versions.python}`, 'pip', { pip: requirements }],
    }),
  };
}
