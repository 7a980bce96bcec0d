import { type Problem, Signature } from '../../../local-api/contract/index.ts';
import { createSession, outputNames } from '../../onnx/index.ts';
import { type Answers, type Bundle, bundlePaths } from '../bundle.ts';
import { digestOf } from '../digest.ts';
import { answersOf } from '../golden-rows.ts';
import { goldenRowsOf, parseFile } from '../read-bundle.ts';
import { type Finding, verdictOf } from './finding.ts';

/** As far as answers of one file may differ between builds of ONNX Runtime; relative above 1. */
const tolerance = 1e-6;

/** Whether ONNX Runtime opens the model and it has the inputs and outputs of its signature. */
export async function modelCheck(
  { manifest }: Bundle,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<Finding> {
  const model = files.get(bundlePaths.model) ?? new Uint8Array();
  // What is not the file that was signed is not handed to anybody to run.
  if (digestOf(model) !== manifest.modelDigest)
    return { verdict: 'failed', detail: `${bundlePaths.model} is not the model that the manifest names.` };
  const signature = parseFile(files, bundlePaths.signature, Signature);
  const names = outputNames(signature.inputs);
  const wanted = signature.classes === null ? [names.value] : [names.label, names.probabilities];
  const session = await createSession(model);
  try {
    const problems: Problem[] = [
      ...differences(
        signature.inputs.map(({ name }) => name),
        session.inputNames,
        'input',
      ),
      ...differences(wanted, session.outputNames, 'output'),
    ];
    return verdictOf(problems, {
      failed: 'The model has not the inputs and outputs of its signature.',
      passed: `${session.inputNames.length} inputs, ${session.outputNames.length} outputs; ${model.byteLength} bytes of ONNX.`,
    });
  } finally {
    await session.release();
  }
}

function differences(wanted: readonly string[], found: readonly string[], what: string): Problem[] {
  return [
    ...wanted
      .filter((name) => !found.includes(name))
      .map((name) => ({ path: name, message: `is no ${what} of the model` })),
    ...found
      .filter((name) => !wanted.includes(name))
      .map((name) => ({ path: name, message: `is an ${what} that the signature lacks` })),
  ];
}

/** Whether the model gives the answers that are stated for the golden rows, to 1e-6. */
export async function goldenRowsCheck(files: ReadonlyMap<string, Uint8Array>): Promise<Finding> {
  const signature = parseFile(files, bundlePaths.signature, Signature);
  const { rows, answers } = goldenRowsOf(files);
  const given = await answersOf(files.get(bundlePaths.model) ?? new Uint8Array(), signature, rows);
  const { problems, largest } = compareAnswers(given, answers);
  return verdictOf(problems, {
    failed: `${problems.length} of ${rows.length} golden rows are answered otherwise than stated.`,
    passed: `${rows.length} golden rows; the largest difference is ${largest}.`,
  });
}

/** Rows whose answers differ, and the largest difference of those that do not. */
export function compareAnswers(given: Answers, stated: Answers): { problems: Problem[]; largest: number } {
  const problems: Problem[] = [];
  let largest = 0;
  const rows = Math.max(rowsOf(given), rowsOf(stated));
  for (let row = 0; row < rows; row++) {
    const numbers = numbersOf(given, row);
    const others = numbersOf(stated, row);
    const far = numbers.map((value, i) => difference(value, others[i] ?? Number.NaN));
    const isSame =
      numbers.length === others.length &&
      given.label?.[row] === stated.label?.[row] &&
      far.every((value) => value <= tolerance);
    if (isSame) largest = Math.max(largest, ...far);
    else
      problems.push({
        path: `/rows/${row}`,
        message: `is answered ${shownAnswer(given, row)}; ${shownAnswer(stated, row)} was stated`,
      });
  }
  return { problems, largest };
}

const rowsOf = ({ label, value }: Answers): number => Math.max(label?.length ?? 0, value?.length ?? 0);

function numbersOf({ probabilities, value }: Answers, row: number): number[] {
  const own = value?.[row];
  return [...(own === undefined ? [] : [own]), ...(probabilities?.[row] ?? [])];
}

/** Relative above 1; zero for two that are the same infinity or both no number. */
function difference(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const far = Math.abs(a - b) / Math.max(1, Math.abs(b));
  return Number.isNaN(far) ? Number.POSITIVE_INFINITY : far;
}

function shownAnswer(answers: Answers, row: number): string {
  const label = answers.label?.[row];
  const numbers = numbersOf(answers, row).slice(0, 5).join(', ');
  return label === undefined ? `${numbers || 'nothing'}` : `"${label}" (${numbers})`;
}
