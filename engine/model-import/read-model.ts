import type { ModelImportReport, ModelReading, Signature } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import {
  adoptGraph,
  elementName,
  type ForeignModel,
  type ForeignValue,
  type OnnxSession,
  outputNames,
  type RunOutputs,
  readForeign,
  type Surroundings,
} from '../onnx/index.ts';
import { encodeRequest } from '../serving/index.ts';
import { answerNodes } from './answer-nodes.ts';
import { fileProblems } from './file-problems.ts';
import { inputNodes } from './input-nodes.ts';
import { measure, nullableColumns, refuseFixedRows } from './judge-model.ts';
import { type PlannedAnswer, planAnswer, type SeenOutput } from './plan-answer.ts';
import { type PlannedInput, planInputs } from './plan-inputs.ts';
import { probeCount, probeRows } from './probe-rows.ts';

export type ReadModel = {
  report: Pick<
    ModelImportReport,
    | 'producer'
    | 'opsets'
    | 'operators'
    | 'inputs'
    | 'outputs'
    | 'signature'
    | 'millisecondsPerRow'
    | 'warnings'
    | 'problems'
  >;
  /** The file as a model of Assay; null while there are problems. */
  model: { file: Uint8Array; signature: Signature } | null;
};

export type ReadOptions = {
  /** Opens an ONNX file to run it. */
  open(file: Uint8Array): Promise<OnnxSession>;
  /** Written into the file, besides its signature. */
  metadata: Readonly<Record<string, string>>;
  progress(fraction: number, message: string): void;
};

/**
 * Reads a foreign ONNX file as a model of Assay: columns in, and a value or a class with probabilities out. It is run with a few
 * rows to see what its outputs hold, and again as the file that would be registered.
 *
 * Every problem is in the report. Errors: models/not-importable when the bytes are no ONNX file at all.
 * Cost: opens the model twice, runs some ten small batches.
 */
export async function readModel(
  bytes: Uint8Array,
  asked: ModelReading,
  options: ReadOptions,
): Promise<ReadModel> {
  const foreign = parse(bytes);
  const report: ReadModel['report'] = {
    ...described(foreign),
    warnings: [],
    problems: fileProblems(foreign),
  };
  const { inputs, isWhole, problems } = planInputs(foreign, asked.features);
  const canOpen = report.problems.length === 0 && isWhole;
  report.problems.push(...problems);
  if (!canOpen) return { report, model: null };

  const columns = columnsOf(inputs);
  const wrap = wrapper(foreign, bytes, inputs, columns);
  options.progress(0.2, 'Opening it');
  const seen = await tryOut(report, options, wrap.look(outputsOf(foreign)), async (session) => {
    options.progress(0.4, 'Trying it with a few rows');
    return see(foreign, session, columns, report);
  });
  if (seen === null || seen.length === 0) return { report, model: null };
  const { answer, problems: faults, warnings } = planAnswer(foreign, seen, asked);
  report.problems.push(...faults);
  report.warnings.push(...warnings);
  if (answer === null || report.problems.length > 0) return { report, model: null };

  const draft = signatureOf(columns, answer, asked.target);
  const named = { ...options.metadata, 'assay.signature': JSON.stringify(draft) };
  options.progress(0.6, 'Trying the file that would be registered');
  const judged = await tryOut(report, options, wrap.finished(answer, named), async (session) => {
    await refuseFixedRows(session, draft, report.problems);
    const nullable = knowsMissing(foreign) ? await nullableColumns(session, draft) : new Set<string>();
    return { nullable, milliseconds: await measure(session, draft) };
  });
  if (judged === null || report.problems.length > 0) return { report, model: null };
  const signature: Signature = {
    ...draft,
    inputs: draft.inputs.map((input) => ({ ...input, nullable: judged.nullable.has(input.name) })),
  };
  const metadata = { ...options.metadata, 'assay.signature': JSON.stringify(signature) };
  return {
    report: { ...report, signature, millisecondsPerRow: judged.milliseconds },
    model: { file: wrap.finished(answer, metadata), signature },
  };
}

function parse(bytes: Uint8Array): ForeignModel {
  try {
    return readForeign(bytes);
  } catch (thrown) {
    throw new AssayError(
      'models/not-importable',
      `This is no whole ONNX file: it is cut off or of another format (${messageOf(thrown)}).`,
      { cause: thrown },
    );
  }
}

/** Operators that tell a missing number from others. Elsewhere it may get lost on the way, in a maximum for instance. */
const missingOperators = [
  'IsNaN',
  'TreeEnsembleClassifier',
  'TreeEnsembleRegressor',
  'TreeEnsemble',
  'Imputer',
];

function knowsMissing({ facts }: ForeignModel): boolean {
  return missingOperators.some(
    (name) => facts.operators.has(name) || facts.operators.has(`ai.onnx.ml.${name}`),
  );
}

const control = 'It decides while it runs how long it runs: it answers in a process of its own.';

function described(foreign: ForeignModel): Omit<ReadModel['report'], 'problems' | 'warnings'> {
  const operators = [...foreign.facts.operators].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return {
    producer: foreign.producer,
    opsets: Object.fromEntries(
      [...foreign.opsets].map(([domain, version]) => [domain || 'ai.onnx', version]),
    ),
    operators: operators.map(([name, count]) => ({ name, count })),
    inputs: foreign.inputs.map(shown),
    outputs: foreign.outputs.map(shown),
    signature: null,
    millisecondsPerRow: null,
  };
}

function shown({ name, type }: ForeignValue): ModelImportReport['inputs'][number] {
  if (type.kind === 'other') return { name, type: type.what, shape: null };
  const shape = type.dims?.map((size, i) => size ?? (type.names[i] || '?')) ?? null;
  return { name, type: elementName(type.element), shape };
}

function columnsOf(inputs: readonly PlannedInput[]): Signature['inputs'] {
  return inputs.flatMap(({ columns, type }) =>
    columns.map((name) => ({ name, type, nullable: false, examples: [] })),
  );
}

/** Opens a file for `work`; what ONNX Runtime says against it is a problem of the file. */
async function tryOut<T>(
  report: ReadModel['report'],
  { open }: ReadOptions,
  file: Uint8Array,
  work: (session: OnnxSession) => Promise<T>,
): Promise<T | null> {
  try {
    const session = await open(file);
    try {
      return await work(session);
    } finally {
      await session.release();
    }
  } catch (thrown) {
    if (!(thrown instanceof AssayError) || thrown.code !== 'models/invalid-onnx') throw thrown;
    report.problems.push({ path: '/file', message: withoutSources(thrown.message) });
    return null;
  }
}

/** ONNX Runtime names lines of its own sources, which help nobody here. */
function withoutSources(message: string): string {
  return message.replaceAll(/\/onnxruntime_src\/.*?\)\s+/gs, '').trim();
}

/** The graph with nodes around it that make its inputs of columns, for a first look and as the finished model. */
function wrapper(
  foreign: ForeignModel,
  bytes: Uint8Array,
  inputs: readonly PlannedInput[],
  columns: Signature['inputs'],
) {
  const names = outputNames(columns);
  const reserved = new Set([...columns.map(({ name }) => name), ...Object.values(names)]);
  const taken = new Set([...foreign.facts.names, ...reserved]);
  const free = (name: string): string => (taken.has(name) ? free(`${name}_`) : name);
  const rename = new Map<string, string>();
  // Nodes have names too, and ours are called after what they make.
  for (const name of reserved) {
    const other = free(`${name}/of the model`);
    taken.add(other);
    rename.set(name, other);
  }
  const inner = (name: string): string => free(`assay/${name}`);
  const renamed = (name: string): string => rename.get(name) ?? name;
  const byName = new Map(columns.map((column) => [column.name, column]));
  const made = inputNodes(inputs, byName, inner, renamed);
  const drop = new Set(
    foreign.nodes.flatMap(({ opType, domain }, i) =>
      opType === 'ZipMap' && domain === 'ai.onnx.ml' ? [i] : [],
    ),
  );
  const around = (parts: Pick<Surroundings, 'after' | 'constants' | 'outputs' | 'metadata'>): Uint8Array =>
    adoptGraph(bytes, {
      ...parts,
      rename,
      drop,
      before: made.before,
      inputs: made.inputs,
      constants: [...made.constants, ...parts.constants],
    });
  return {
    look: (outputs: readonly RawOutput[]): Uint8Array =>
      around({
        after: outputs.map(({ value }, i) => ({
          opType: 'Identity',
          domain: '',
          inputs: [renamed(value)],
          outputs: [lookName(i)],
          attributes: new Map(),
        })),
        constants: [],
        outputs: outputs.map((_, i) => ({ name: lookName(i) })),
        metadata: {},
      }),
    finished: (answer: PlannedAnswer, metadata: Readonly<Record<string, string>>): Uint8Array =>
      around({ ...answerNodes(answer, names, inner, renamed), metadata }),
  };
}

const lookName = (i: number): string => `assay/look/${i}`;

type RawOutput = { name: string; value: string; classes: readonly string[] | null };

/** The outputs that are tensors; a ZipMap of scikit-learn's converter is taken apart. */
function outputsOf({ outputs, nodes }: ForeignModel): RawOutput[] {
  return outputs.flatMap(({ name, type }): RawOutput[] => {
    const map = nodes.find((node) => node.opType === 'ZipMap' && node.outputs[0] === name);
    const [value] = map?.inputs ?? [];
    if (map !== undefined && value !== undefined) {
      const texts = map.attributes.get('classlabels_strings');
      const numbers = map.attributes.get('classlabels_int64s');
      const classes =
        texts?.kind === 'strings'
          ? texts.values
          : numbers?.kind === 'numbers'
            ? Array.from(numbers.values, String)
            : null;
      return [{ name, value, classes }];
    }
    return type.kind === 'tensor' ? [{ name, value: name, classes: null }] : [];
  });
}

/** Runs the first look and reads what came. */
async function see(
  foreign: ForeignModel,
  session: OnnxSession,
  columns: Signature['inputs'],
  report: ReadModel['report'],
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

function signatureOf(inputs: Signature['inputs'], answer: PlannedAnswer, target: string): Signature {
  if (answer.task === 'regression')
    return { task: 'regression', inputs, target, classes: null, positive: null };
  const { classes, positive } = answer;
  return { task: 'classification', inputs, target, classes: [...classes], positive };
}
