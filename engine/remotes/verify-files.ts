import { z } from 'zod';
import type { PushVerification } from '../../local-api/contract/index.ts';
import { messageOf } from '../errors.ts';
import { answersOf, digestOf } from './bundle.ts';
import type { Answers, Bundle, PulledFiles } from './target.ts';

type Check = PushVerification['checks'][number];

/** As far as two runs of one model may differ: the same file may be answered by another build of ONNX Runtime. */
const tolerance = 1e-6;
const modelFile = 'model.onnx';

/**
 * Whether what came back is what was sent, and works: digests of all files, the model loaded, and its answers for the golden
 * rows compared with those given here.
 */
export async function verifyFiles(bundle: Bundle, files: PulledFiles): Promise<Check[]> {
  const checks = [digestCheck(bundle, files)];
  const model = files.get(modelFile);
  if (model === undefined) {
    return [...checks, { name: 'The model loads', ok: false, detail: `${modelFile} did not come back.` }];
  }
  try {
    const answers = await answersOf(model, bundle.version.signature, bundle.golden.rows);
    checks.push({ name: 'The model loads', ok: true, detail: `ONNX Runtime opened ${modelFile}.` });
    checks.push(answersCheck(bundle, answers));
  } catch (thrown) {
    checks.push({ name: 'The model loads', ok: false, detail: messageOf(thrown) });
  }
  return checks;
}

/** JSON has no word for what is no number, and writes null. */
const AnsweredNumber = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
const Answered = z.object({
  label: z.array(z.string()).optional(),
  probabilities: z.array(z.array(AnsweredNumber)).optional(),
  value: z.array(AnsweredNumber).optional(),
});

/** What a server answered in the shape of the predict endpoint; null when it is of another shape. */
export function answersIn(body: unknown): Answers | null {
  const answered = Answered.safeParse(body);
  return answered.success ? answered.data : null;
}

/** Whether answers for the golden rows are those that were given here. */
export function answersCheck({ golden }: Pick<Bundle, 'golden'>, answers: Answers): Check {
  const far = furthest(answers, golden.answers);
  return {
    name: 'It answers as here',
    ok: far <= tolerance,
    detail: `${golden.rows.length} golden rows, largest difference ${far === Number.POSITIVE_INFINITY ? 'in a label' : far}.`,
  };
}

function digestCheck(bundle: Bundle, files: PulledFiles): Check {
  const wrong = bundle.files.filter(({ path, digest }) => {
    const bytes = files.get(path);
    return bytes === undefined || digestOf(bytes) !== digest;
  });
  const count = bundle.files.length;
  return {
    name: 'Every file came back as it was sent',
    ok: wrong.length === 0,
    detail:
      wrong.length === 0
        ? `${count} files, all with the digest they have here.`
        : `Not as sent: ${wrong
            .map(({ path }) => path)
            .slice(0, 10)
            .join(', ')}.`,
  };
}

/** The largest difference between two numbers at one place; infinite when labels or counts differ. */
function furthest(a: Answers, b: Answers): number {
  if (JSON.stringify(a.label) !== JSON.stringify(b.label)) return Number.POSITIVE_INFINITY;
  const left = numbersOf(a);
  const right = numbersOf(b);
  if (left.length !== right.length) return Number.POSITIVE_INFINITY;
  return left.reduce((most, value, index) => {
    const other = right[index] ?? Number.NaN;
    const same = Object.is(value, other) || value === other;
    const difference = same ? 0 : Math.abs(value - other);
    return Math.max(most, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }, 0);
}

function numbersOf({ probabilities, value }: Answers): number[] {
  return [...(probabilities ?? []).flat(), ...(value ?? [])];
}
