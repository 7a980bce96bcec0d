import type {
  Evaluation,
  ModelCoefficients,
  Recipe,
  Signature,
  ValidationReport,
} from '../../local-api/contract/index.ts';
import { inlineCode as code, markdownTable as table } from '../markdown/index.ts';

export type ModelCardInput = {
  recipe: Recipe;
  /** What made the model, in a word. */
  trainer: string;
  recipeDigest: string;
  signature: Signature;
  evaluation: Evaluation;
  /** What the folds told, where there were any. */
  validation: ValidationReport | null;
  /** Of linear models. */
  coefficients: ModelCoefficients | null;
  dataset: { name: string; version: number; digest: string };
  rows: { training: number; validation: number; test: number; withoutTarget: number };
  /** Columns of the data that the model does not use, with the reason. */
  dropped: readonly { name: string; reason: string }[];
  /** What a reader should know before trusting the figures: possible leaks, small classes … */
  warnings: readonly string[];
  /** Facts about the fit. */
  info: Readonly<Record<string, string | number | boolean>>;
  assayVersion: string;
};

/**
 * The model card, Markdown: what the model is, what it is for (to be filled in by a person), its data, its figures and its limits
 * (sections after Mitchell et al. 2019, "Model Cards for Model Reporting"). Equal input gives equal text.
 */
export function modelCard(input: ModelCardInput): string {
  const { signature, recipe } = input;
  const title =
    signature.task === 'ranking'
      ? `Puts rows in order by ${code(signature.target)}`
      : `Predicts ${code(signature.target)}`;
  return [
    `# ${title}`,
    details(input),
    '## Intended use\n\n_Say here who should use this model, for which decision, and where it must not be used._',
    inputs(signature),
    dataSection(input),
    figures(input.evaluation),
    ...(input.validation === null ? [] : [validationSection(input.validation)]),
    ...(input.coefficients === null ? [] : [coefficientsSection(input.coefficients)]),
    limits(input),
    `## Recipe\n\nThe same recipe on the same data gives the same model, byte for byte.\n\n${fence(JSON.stringify(recipe, null, 2))}`,
  ]
    .join('\n\n')
    .concat('\n');
}

function details({ signature, recipe, trainer, recipeDigest, info, assayVersion }: ModelCardInput): string {
  const { classes, positive } = signature;
  const facts: [string, string][] = [
    ['Task', recipe.task],
    ...(recipe.group === undefined
      ? []
      : [['Put in order within', code(recipe.group)] satisfies [string, string]]),
    ...(classes === null ? [] : [['Classes', classes.map(code).join(', ')] satisfies [string, string]]),
    ...(positive === null ? [] : [['Positive class', code(positive)] satisfies [string, string]]),
    ['Trainer', code(trainer)],
    ...Object.entries(info).map(([key, value]): [string, string] => [key, shown(value)]),
    ['Seed', String(recipe.seed)],
    ['Recipe', code(recipeDigest)],
    ['Made by', `Assay ${assayVersion}`],
    ['Format', 'ONNX, one file from raw columns to the answer'],
  ];
  return table(['Fact', 'Value'], facts);
}

function inputs({ inputs: columns }: Signature): string {
  const rows = columns.map(({ name, type, nullable, examples }) => [
    code(name),
    type,
    nullable ? 'may be missing' : 'always',
    examples.map((example) => code(String(example))).join(', '),
  ]);
  return `## Inputs\n\n${table(['Column', 'Type', 'Present', 'Examples'], rows)}`;
}

function dataSection({ dataset, rows, recipe, dropped }: ModelCardInput): string {
  const how = splitWords(recipe);
  const lines = [
    `- Dataset: ${code(dataset.name)}, version ${dataset.version} (${code(dataset.digest)})`,
    `- Rows: ${count(rows.training)} for training, ${count(rows.validation)} for validation, ${count(rows.test)} for the test, split ${how}.`,
    ...(recipe.rows.where === undefined ? [] : [`- Only rows where ${code(recipe.rows.where)}`]),
    ...(rows.withoutTarget === 0
      ? []
      : [`- ${count(rows.withoutTarget)} rows were left out: their target is missing.`]),
    ...dropped.map(({ name, reason }) => `- ${code(name)} is not used: ${reason}.`),
  ];
  return `## Data\n\n${lines.join('\n')}`;
}

function splitWords(recipe: Recipe): string {
  const whole = recipe.task === 'ranking' ? '; no group to put in order is in two parts' : '';
  return `${partsWords(recipe)}${whole}`;
}

function partsWords({ split, task, seed }: Recipe): string {
  if (split.kind === 'time') {
    return `by time (${code(split.column)}): the newest rows are the test part, those before it the validation part`;
  }
  if (split.kind === 'group') {
    return `by group (${code(split.column)}): no group is in two parts, drawn at random, seed ${seed}`;
  }
  const strata = split.stratify && task === 'classification' ? ', with the same share of each class' : '';
  return `at random${strata}, seed ${seed}`;
}

function figures(evaluation: Evaluation): string {
  const { intervals = {}, intervalsBy } = evaluation;
  const metrics = Object.entries(evaluation.metrics).map(([name, value]) => [
    name,
    shown(value),
    ...(intervalsBy === undefined ? [] : [intervalText(intervals[name])]),
  ]);
  const percent = intervalsBy === undefined ? [] : [`${shown(100 * intervalsBy.confidence)} % interval`];
  const parts = [
    `## Figures\n\nOn ${count(evaluation.rows)} rows of the test part that training never saw, answered by the finished file.`,
    table(['Metric', 'Value', ...percent], metrics),
  ];
  if (evaluation.task === 'ranking') {
    parts.push(
      `Means over the ${count(evaluation.judged)} groups, of ${count(evaluation.queries)}, that have a relevant row.`,
    );
  }
  if (evaluation.task === 'classification' && evaluation.classes.length <= 20) {
    const { classes, confusion, threshold, positive } = evaluation;
    const rows = classes.map((name, row) => [code(name), ...(confusion[row] ?? []).map(count)]);
    if (positive !== null)
      parts.push(`${code(positive)} is answered from a probability of ${shown(threshold)} on.`);
    parts.push(`Rows: the truth; columns: the answer.\n\n${table(['', ...classes.map(code)], rows)}`);
  }
  return [...parts, ...slicesSection(evaluation), ...fairnessSection(evaluation)].join('\n\n');
}

const intervalText = (interval: { low: number; high: number } | undefined): string =>
  interval === undefined ? '' : `${shown(interval.low)} to ${shown(interval.high)}`;

/** The metric that says most of a slice, by task. */
function slicesSection({ slices = [], task, metrics }: Evaluation): string[] {
  const [name, others] = {
    classification: [metrics.auc === undefined ? 'accuracy' : 'auc', 'accuracy'],
    regression: ['rmse', 'mae'],
    ranking: ['ndcg', 'map'],
  }[task] as [string, string];
  return slices.map(({ column, slices: parts }) => {
    const rows = parts.map((slice) => [
      code(slice.name) + (slice.isSmall ? ' (few rows)' : ''),
      count(slice.rows),
      ...[...new Set([name, others])].flatMap((metric) => [
        slice.metrics[metric] === undefined ? '' : shown(slice.metrics[metric]),
        intervalText(slice.intervals[metric]),
      ]),
    ]);
    const header = [...new Set([name, others])].flatMap((metric) => [metric, 'Interval']);
    return `### By ${code(column)}\n\n${table([column, 'Rows', ...header], rows)}`;
  });
}

function fairnessSection(evaluation: Evaluation): string[] {
  if (evaluation.task !== 'classification') return [];
  return (evaluation.fairness ?? []).map((of) => {
    const rate = (value: { value: number; low: number; high: number } | null) =>
      value === null ? '' : `${shown(value.value)} (${intervalText(value)})`;
    const rows = of.groups.map((group) => [
      code(group.name) + (group.isSmall ? ' (few rows)' : ''),
      count(group.rows),
      rate(group.selectionRate),
      rate(group.truePositiveRate),
      rate(group.falsePositiveRate),
    ]);
    const told = [
      `Demographic parity difference ${shown(of.demographicParityDifference.value)}`,
      ...(of.equalisedOddsDifference === null
        ? []
        : [`equalised odds difference ${shown(of.equalisedOddsDifference.value)}`]),
    ].join(', ');
    const header = [of.column, 'Rows', 'Selection rate', 'True positive rate', 'False positive rate'];
    return [`### Fairness by ${code(of.column)}`, table(header, rows), `${told}.`, ...of.warnings].join(
      '\n\n',
    );
  });
}

function validationSection({ metrics, folds, interval, finalRounds }: ValidationReport): string {
  const optional = (value: number | null) => (value === null ? '' : shown(value));
  const rows = Object.entries(metrics).map(([name, { mean, se, low, high }]) => [
    name,
    shown(mean),
    optional(se),
    low === null || high === null ? '' : `${shown(low)} to ${shown(high)}`,
  ]);
  const rounds =
    finalRounds === null ? '' : ` It has ${finalRounds} rounds, the median of what the folds stopped at.`;
  return [
    `## Cross-validation\n\n${count(folds.length)} models were each scored on a fold that they had not learnt from; the finished model learned from all of these rows.${rounds}`,
    table(['Metric', 'Mean', 'Standard error', '95 % interval'], rows),
    `Intervals: ${interval}`,
  ].join('\n\n');
}

/** Coefficients that a card lists: the largest. */
const LISTED = 30;

function coefficientsSection({ terms, errors, undefinedBecause, link, positive }: ModelCoefficients): string {
  const size = ({ value }: { value: number }) => Math.abs(value);
  const listed =
    terms.length <= LISTED ? terms : terms.toSorted((a, b) => size(b) - size(a)).slice(0, LISTED);
  const several = terms.some(({ score }) => score !== null);
  const rows = listed.map(({ score, column, value, error }) => [
    ...(several ? [score === null ? '' : code(score)] : []),
    column === null ? '(intercept)' : code(column),
    shown(value),
    ...(errors === null
      ? []
      : [error === null ? '' : shown(error.standardError), intervalText(error ?? undefined)]),
  ]);
  const header = [
    ...(several ? ['Class'] : []),
    ...['Column', 'Coefficient'],
    ...(errors === null ? [] : ['Standard error', '95 % interval']),
  ];
  const scale = {
    identity: 'the answer',
    log: 'the logarithm of the answer',
    logit: `the log-odds of ${code(positive ?? '')}`,
    softmax: 'the score of a class',
  }[link];
  const lines = [
    `Change of ${scale} by one unit of a column as the model sees it: numbers in standard deviations.`,
    ...(listed.length < terms.length ? [`The ${LISTED} largest of ${count(terms.length)}.`] : []),
    ...(undefinedBecause === null ? [] : [`Standard errors are not defined: ${undefinedBecause}.`]),
  ];
  return `## Coefficients\n\n${lines.join(' ')}\n\n${table(header, rows)}`;
}

function limits({ warnings, rows, recipe }: ModelCardInput): string {
  const lines = [
    ...warnings,
    'The figures hold for data like the test part. Check the drift of new data against the training data before relying on them.',
    ...(rows.test < 1000
      ? [`The test part is small (${count(rows.test)} rows): the figures may be off by some points.`]
      : []),
    ...(recipe.split.kind === 'random'
      ? ['The split is random: where the data has an order in time, figures on future data will be lower.']
      : []),
    'Categories that training never saw are treated like the rare ones it saw.',
    '_Add what you know of groups for which the model works less well, and of harm that a wrong answer can do._',
  ];
  return `## Limits\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
}

function fence(json: string): string {
  const longest = Math.max(2, ...(json.match(/`+/g) ?? []).map((run) => run.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}json\n${json}\n${ticks}`;
}

/** Digit groups by hand: the text must not hang on the locale of the machine. */
function count(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
}

function shown(value: string | number | boolean): string {
  if (typeof value !== 'number' || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(4)));
}
