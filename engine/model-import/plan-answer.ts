import type { ModelReading, Problem } from '../../local-api/contract/index.ts';
import type { ForeignModel } from '../onnx/index.ts';
import { classesBefore } from './classes-before.ts';

/** An output of a foreign graph as it came for a few rows. */
export type SeenOutput = {
  /** As the file calls it. */
  name: string;
  /** The tensor in the graph that holds it: another one where the output itself is a sequence of maps. */
  value: string;
  type: 'number' | 'integer' | 'string';
  /** Values a row. */
  width: number;
  numbers: readonly number[];
  texts: readonly string[];
  /** Names that the file gives to the values of a row. */
  classes: readonly string[] | null;
};

/** From which tensors of the graph the answer is made, and how. */
export type PlannedAnswer =
  | { task: 'regression'; value: string }
  | {
      task: 'classification';
      classes: readonly string[];
      positive: string | null;
      /** Null: the model names a class and gives no probabilities. */
      scores: { value: string; width: number; isLogits: boolean } | null;
      /** Null: the class of the largest probability. `own` are the model's names for the classes, in their order. */
      label: { value: string; type: 'integer' | 'string'; own: readonly string[] } | null;
    };

type Asked = Pick<ModelReading, 'task' | 'classes' | 'positive' | 'answer' | 'scores'>;
type Planned = { answer: PlannedAnswer | null; problems: Problem[]; warnings: string[] };

/**
 * Decides what a foreign model answers, from what its outputs held for a few rows and from what was asked for. Every fault is listed.
 */
export function planAnswer(
  model: Pick<ForeignModel, 'nodes' | 'labels'>,
  seen: readonly SeenOutput[],
  asked: Asked,
): Planned {
  const names = seen.map(({ name }) => name).join(', ');
  if (asked.answer !== undefined && !seen.some(({ name }) => name === asked.answer))
    return failed('/answer', `The model has no output "${asked.answer}" that can be read`, names);
  const numbers = seen.filter(({ type }) => type === 'number');
  const labels = seen.filter((output) => output.type !== 'number' && output.width === 1);
  const isClassification =
    asked.task === 'classification' ||
    (asked.task === undefined && (asked.classes !== undefined || speaksOfClasses(numbers, labels)));
  return isClassification
    ? planClasses(model, { seen, numbers, labels }, asked)
    : planValue({ seen, numbers }, asked);
}

function failed(path: string, message: string, expected?: string): Planned {
  const problem = { path, message, ...(expected === undefined ? {} : { expected }) };
  return { answer: null, problems: [problem], warnings: [] };
}

function speaksOfClasses(numbers: readonly SeenOutput[], labels: readonly SeenOutput[]): boolean {
  if (seenClasses(numbers) !== null || labels.some(({ type }) => type === 'string')) return true;
  const [only] = numbers;
  const wide = numbers.filter(({ width }) => width > 1);
  if (labels.length > 0 && wide.length > 0) return true;
  return numbers.length === 1 && only !== undefined && only.width > 1 && areShares(only);
}

function seenClasses(outputs: readonly SeenOutput[]): readonly string[] | null {
  return outputs.find(({ classes }) => classes !== null)?.classes ?? null;
}

function planValue(
  { seen, numbers }: { seen: readonly SeenOutput[]; numbers: readonly SeenOutput[] },
  asked: Asked,
): Planned {
  const named = seen.find(({ name }) => name === asked.answer);
  const single = numbers.filter(({ width }) => width === 1);
  const chosen = named ?? (single.length > 0 ? single[0] : numbers[0]);
  if (named === undefined && single.length > 1)
    return failed(
      '/answer',
      'Several outputs could be the answer: name one',
      single.map(({ name }) => name).join(', '),
    );
  if (chosen === undefined) {
    const whole = seen.find(({ type, width }) => type === 'integer' && width === 1);
    if (whole === undefined)
      return failed('/file/outputs', 'No output of the model is a number a row or a class a row');
    if (asked.task !== 'regression')
      return failed(
        '/task',
        `"${whole.name}" holds whole numbers, which could be classes or values: say which`,
        'classification or regression',
      );
    return { answer: { task: 'regression', value: whole.value }, problems: [], warnings: [] };
  }
  if (chosen.type === 'string')
    return failed('/task', `"${chosen.name}" holds texts, which are no values`, 'classification');
  if (chosen.width > 1)
    return failed(
      '/classes',
      `"${chosen.name}" holds ${chosen.width} numbers a row: give the ${chosen.width} names of the classes that they are scores of; several values at once are not supported`,
      `${chosen.width} names`,
    );
  const warnings =
    asked.task === undefined && areShares(chosen) && chosen.numbers.some((p) => p !== 0 && p !== 1)
      ? [`It is taken for a regression. If "${chosen.name}" is the probability of a class, name two classes.`]
      : [];
  return { answer: { task: 'regression', value: chosen.value }, problems: [], warnings };
}

function planClasses(
  model: Pick<ForeignModel, 'nodes' | 'labels'>,
  outputs: { seen: readonly SeenOutput[]; numbers: readonly SeenOutput[]; labels: readonly SeenOutput[] },
  asked: Asked,
): Planned {
  const { numbers, labels } = outputs;
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const scores = chooseScores(numbers, asked, problems);
  const named = outputs.seen.find(({ name }) => name === asked.answer);
  const label = named !== undefined && named.type !== 'number' ? named : (labels[0] ?? null);
  if (scores === null && label === null) {
    if (problems.length === 0)
      problems.push({ path: '/file/outputs', message: 'No output of the model is a class or probabilities' });
    return { answer: null, problems, warnings };
  }
  const count = scores === null ? null : Math.max(2, scores.width);
  const found =
    scores?.classes ??
    [label, scores]
      .flatMap((output) => (output === null ? [] : [classesBefore(model, output.value, count)]))
      .find((classes) => classes !== null) ??
    null;
  const own = found !== null && (count === null || found.length === count) ? found : null;
  const classes = classNames(
    { own, count, asked: asked.classes, hasTexts: label?.type === 'string' },
    problems,
    warnings,
  );
  if (classes === null) return { answer: null, problems, warnings };
  if (scores !== null) judgeScores(scores, asked, problems, warnings);
  else warnings.push('The model gives no probabilities: that of the class that it names is 1.');
  const positive = positiveOf(classes, asked.positive, problems);
  const ownNames = own ?? classes.map((_, i) => String(i));
  if (label !== null) {
    const stranger = label.texts.find((text) => !ownNames.includes(text));
    if (stranger !== undefined)
      problems.push({
        path: '/classes',
        message: `The model answers "${stranger}", which is none of its classes as far as they could be read (${listed(ownNames)})`,
        expected: 'a model exported with the names of its classes',
      });
  }
  if (problems.length > 0) return { answer: null, problems, warnings };
  const isLogits = asked.scores === 'logits';
  return {
    answer: {
      task: 'classification',
      classes,
      positive,
      scores: scores === null ? null : { value: scores.value, width: scores.width, isLogits },
      label:
        label === null
          ? null
          : { value: label.value, type: label.type === 'string' ? 'string' : 'integer', own: ownNames },
    },
    problems,
    warnings,
  };
}

function chooseScores(
  numbers: readonly SeenOutput[],
  { answer }: Asked,
  problems: Problem[],
): SeenOutput | null {
  const named = numbers.find(({ name }) => name === answer);
  if (named !== undefined) return named;
  const mapped = numbers.filter(({ classes }) => classes !== null);
  const likely = numbers.filter(({ name }) => /prob/i.test(name));
  const [only] = [mapped, likely, numbers].find(({ length }) => length === 1) ?? [];
  if (only !== undefined) return only;
  if (numbers.length > 1)
    problems.push({
      path: '/answer',
      message: 'Several outputs could be the probabilities: name one',
      expected: numbers.map(({ name }) => name).join(', '),
    });
  return null;
}

function classNames(
  {
    own,
    count,
    asked,
    hasTexts,
  }: {
    own: readonly string[] | null;
    count: number | null;
    asked: readonly string[] | undefined;
    hasTexts: boolean;
  },
  problems: Problem[],
  warnings: string[],
): readonly string[] | null {
  const size = own?.length ?? count;
  if (asked !== undefined) {
    const before = problems.length;
    if (size !== null && asked.length !== size)
      problems.push({
        path: '/classes',
        message: `${asked.length} names for ${size} classes`,
        expected: own === null ? `${size} names` : listed(own),
      });
    asked.forEach((name, i) => {
      if (asked.indexOf(name) < i)
        problems.push({
          path: `/classes/${i}`,
          message: `"${name}" is named twice`,
          expected: 'different names',
        });
    });
    if (hasTexts && own !== null && own.join('\n') !== asked.join('\n'))
      warnings.push(`The model's own names of its classes (${listed(own)}) are replaced.`);
    return problems.length > before ? null : asked;
  }
  if (own !== null) return own;
  if (size === null || hasTexts) {
    problems.push({
      path: '/classes',
      message: 'The file does not say which classes there are',
      expected: 'their names, in the order of the model',
    });
    return null;
  }
  warnings.push(`The file does not name its ${size} classes: they are called 0 to ${size - 1}.`);
  return Array.from({ length: size }, (_, i) => String(i));
}

function positiveOf(
  classes: readonly string[],
  asked: string | undefined,
  problems: Problem[],
): string | null {
  if (asked === undefined) return classes.length === 2 ? (classes[1] ?? null) : null;
  if (classes.length === 2 && classes.includes(asked)) return asked;
  problems.push({
    path: '/positive',
    message:
      classes.length === 2
        ? `There is no class "${asked}"`
        : `There are ${classes.length} classes: none of them is the positive one`,
    expected: classes.length === 2 ? classes.join(' or ') : 'to leave it out',
  });
  return null;
}

function judgeScores(
  scores: SeenOutput,
  { scores: kind }: Asked,
  problems: Problem[],
  warnings: string[],
): void {
  if (kind === 'logits') {
    if (areShares(scores))
      warnings.push(`"${scores.name}" looked like probabilities already, and logits were asked for.`);
    return;
  }
  const outside = scores.numbers.find((p) => !(p >= -1e-4 && p <= 1.0001));
  if (outside !== undefined)
    problems.push({
      path: '/scores',
      message: `"${scores.name}" holds ${Number(outside.toPrecision(4))}, which is no probability`,
      expected: 'logits, if softmax (or sigmoid, for a single column) makes probabilities of them',
    });
  else if (scores.width > 1 && !areShares(scores))
    warnings.push(`The probabilities in "${scores.name}" do not add up to 1.`);
}

/** Whether the numbers of each row are probabilities that add up to 1, or a single one between 0 and 1. */
function areShares({ numbers, width }: SeenOutput): boolean {
  for (let start = 0; start < numbers.length; start += width) {
    let sum = 0;
    for (let i = start; i < start + width; i += 1) {
      const p = numbers[i] ?? Number.NaN;
      if (!(p >= -1e-4 && p <= 1.0001)) return false;
      sum += p;
    }
    if (width > 1 && Math.abs(sum - 1) > 1e-3) return false;
  }
  return numbers.length > 0;
}

function listed(names: readonly string[]): string {
  return names.length > 12 ? `${names.slice(0, 12).join(', ')} … ${names.length} in all` : names.join(', ');
}
