import type { ModelImportReport, ModelReading, Signature } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import {
  elementName,
  type ForeignModel,
  type ForeignValue,
  type OnnxSession,
  readForeign,
} from '../onnx/index.ts';
import { fileProblems } from './file-problems.ts';
import { measure, nullableColumns, refuseFixedRows } from './judge-model.ts';
import { type PlannedAnswer, planAnswer } from './plan-answer.ts';
import { type PlannedInput, planInputs } from './plan-inputs.ts';
import { seeOutputs } from './see-outputs.ts';
import { outputsOf, wrapper } from './wrap-model.ts';

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
    return seeOutputs(foreign, session, columns, report);
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

function signatureOf(inputs: Signature['inputs'], answer: PlannedAnswer, target: string): Signature {
  if (answer.task === 'regression')
    return { task: 'regression', inputs, target, classes: null, positive: null };
  const { classes, positive } = answer;
  return { task: 'classification', inputs, target, classes: [...classes], positive };
}
