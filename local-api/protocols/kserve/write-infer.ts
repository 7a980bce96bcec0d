import { AssayError } from '../../../engine/errors.ts';
import { outputNames } from '../../../engine/onnx/index.ts';
import type { Scored } from '../../../engine/serving/index.ts';
import type { Signature } from '../../contract/index.ts';
import { longJson, type WireAnswer } from '../scoring/wire.ts';
import { type Datatype, encodeFloats, encodeTexts } from './datatypes.ts';
import type { InferRequest } from './read-infer.ts';

type Described = { name: string; datatype: Datatype; shape: number[] };
type Output = Described & { data: readonly number[] | readonly string[] };

/** The outputs of a model; −1 stands for the number of rows. */
export function describeOutputs(signature: Signature): Described[] {
  const names = outputNames(signature.inputs);
  if (signature.classes === null) return [{ name: names.value, datatype: 'FP32', shape: [-1] }];
  return [
    { name: names.label, datatype: 'BYTES', shape: [-1] },
    { name: names.probabilities, datatype: 'FP32', shape: [-1, signature.classes.length] },
  ];
}

/** Throws `request/invalid` when a request asks for an output that the model does not have. */
export function checkOutputs(signature: Signature, { outputs }: InferRequest): void {
  const known = describeOutputs(signature).map(({ name }) => name);
  const unknown = (outputs ?? []).filter(({ name }) => !known.includes(name)).map(({ name }) => `"${name}"`);
  if (unknown.length > 0)
    throw new AssayError(
      'request/invalid',
      `the model has no output ${unknown.join(', ')}; it has ${known.join(', ')}`,
    );
}

function outputsOf(scored: Scored): Output[] {
  return describeOutputs(scored.signature).map((output) => ({
    ...output,
    shape: [scored.rows, ...output.shape.slice(1)],
    data:
      output.datatype === 'BYTES'
        ? (scored.label ?? [])
        : (scored.value ?? (scored.probabilities ?? []).flat()),
  }));
}

/** The answer to an inference: JSON, with the bytes of the outputs behind it that were asked for in binary. */
export async function writeInfer(name: string, request: InferRequest, scored: Scored): Promise<WireAnswer> {
  const all = outputsOf(scored);
  const asked =
    request.outputs ?? all.map((output) => ({ name: output.name, isBinary: request.isBinaryOutput }));
  const binary: Buffer[] = [];
  const outputs: string[] = [];
  for (const { name: wanted, isBinary } of asked) {
    const output = all.find((candidate) => candidate.name === wanted);
    if (output === undefined) continue;
    if (!isBinary) {
      outputs.push(await longJson(output));
      continue;
    }
    const { data, ...described } = output;
    const bytes =
      output.datatype === 'BYTES' ? encodeTexts(data.map(String)) : encodeFloats(data.map(Number));
    binary.push(bytes);
    outputs.push(JSON.stringify({ ...described, parameters: { binary_data_size: bytes.length } }));
  }
  const told = {
    model_name: name,
    model_version: scored.version,
    ...(request.id === undefined ? {} : { id: request.id }),
  };
  const message = `${JSON.stringify(told).slice(0, -1)},"outputs":[${outputs.join(',')}]}`;
  if (binary.length === 0)
    return { status: 200, headers: { 'Content-Type': 'application/json' }, body: message };
  const head = Buffer.from(message, 'utf8');
  return {
    status: 200,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Inference-Header-Content-Length': String(head.length),
    },
    body: Buffer.concat([head, ...binary]),
  };
}
