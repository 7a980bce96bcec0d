import type { ModelImportReport, Signature } from '../../local-api/contract/index.ts';
import { messageOf } from '../errors.ts';
import type { ForeignModel, ForeignValue, OnnxSession, RunOutputs } from '../onnx/index.ts';
import { encodeRequest } from '../serving/index.ts';
import type { SeenOutput } from './plan-answer.ts';
import { probeCount, probeRows } from './probe-rows.ts';
import { lookName, outputsOf } from './wrap-model.ts';

const control = 'It decides while it runs how long it runs: it answers in a process of its own.';

/** Runs the first look and reads what came. */
export async function seeOutputs(
  foreign: ForeignModel,
  session: OnnxSession,
  columns: Signature['inputs'],
  report: Pick<ModelImportReport, 'warnings' | 'problems'>,
): Promise<SeenOutput[]> {
  const draft: Signature = { task: 'regression', inputs: columns, target: '', classes: null, positive: null };
  const { feeds } = await encodeRequest(draft, { rows: probeRows(columns) });
  let answers: RunOutputs;
  const rows = probeCount;
  try {
    answers = await session.run(feeds);
  } catch (thrown) {
    // Some files take one row only: that is said better than ONNX Runtime does.
    const single = await encodeRequest(draft, { rows: probeRows(columns).slice(0, 1) });
    await session.run(single.feeds);
    report.problems.push({ path: '/file', message: oneRowOnly(messageOf(thrown)) });
    return [];
  }
  const all = answers.all();
  const outputs: SeenOutput[] = [];
  const others: string[] = [];
  outputsOf(foreign).forEach(({ name, value, classes }, i) => {
    const tensor = all[lookName(i)];
    if (tensor === undefined) return;
    const [first = 1, ...rest] = tensor.dims;
    if (first !== rows || rest.length > 1) {
      others.push(`"${name}" is [${tensor.dims.join(', ')}] for ${rows} rows`);
      return;
    }
    const width = rest[0] ?? 1;
    const texts = Array.isArray(tensor.data) ? tensor.data.map(String) : null;
    const numbers = texts === null ? numbersOf(tensor.data) : [];
    if (width === 0 || numbers === null) {
      others.push(`"${name}" holds ${tensor.type}`);
      return;
    }
    const type = texts !== null ? 'string' : /^float/.test(tensor.type) ? 'number' : 'integer';
    outputs.push({ name, value, type, width, numbers, texts: texts ?? numbers.map(String), classes });
  });
  if (foreign.facts.hasControlFlow) report.warnings.push(control);
  const passed = [...others, ...foreign.outputs.flatMap(({ name, type }) => unread(name, type, outputs))];
  if (outputs.length === 0)
    report.problems.push({
      path: '/file/outputs',
      message: `No output can be read as an answer a row: ${passed.join('; ') || 'there is none'}`,
    });
  else if (passed.length > 0) report.warnings.push(`Outputs that are not used: ${passed.join('; ')}.`);
  return outputs;
}

function unread(name: string, type: ForeignValue['type'], outputs: readonly SeenOutput[]): string[] {
  return type.kind === 'other' && !outputs.some((output) => output.name === name)
    ? [`"${name}" is a ${type.what}`]
    : [];
}

function oneRowOnly(reason: string): string {
  return `The model answers one row at a time and fails for several: export it with an open number of rows (dynamic batch size). ${reason}`;
}

function numbersOf(data: unknown): number[] | null {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Array.from(data, Number);
  // A tensor of float16 comes as the bits of its numbers or as numbers, by the version of Node.
  if (ArrayBuffer.isView(data) && !(data instanceof DataView))
    return Array.from(data as Float32Array, Number);
  return null;
}
