import { Command, Option } from 'commander';
import pc from 'picocolors';
import { z } from 'zod';
import type { Client } from '../../client/index.ts';
import {
  type Cell,
  type Explanation,
  type RowExplanation,
  type RowExplanations,
  RowMetric,
  WantedMethod,
} from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { numberOption } from '../number-option.ts';
import { formatCount, formatNumber, type Output } from '../output.ts';
import { readRows, rowOf } from '../read-rows.ts';
import { findRun } from '../run-ref.ts';
import { resolveVersion } from '../version-ref.ts';

type Options = {
  row?: string[];
  rows?: string;
  global?: boolean;
  class?: string;
  probability?: boolean;
  method: string;
  on?: string;
  metric?: string;
  explain: number;
  repeats: number;
  seed: number;
};

export function explainCommand(): Command {
  return new Command('explain')
    .description('tell why a model answers as it does: rows at once, or the model as a whole')
    .argument('<model>', 'name@alias, name/1.0.0, name, or the id of a run')
    .option('--row <column=value...>', 'one row given here: --row distance=550 origin=ATL, or a JSON object')
    .option('--rows <file>', 'rows as JSON: a file, or - for standard input')
    .option('--global', 'the model as a whole (the default without rows)')
    .option('--class <name>', 'the class to explain (default: the one that is answered)')
    .option('--probability', 'contributions to the probability, even where those to a score are exact')
    .addOption(
      new Option('--method <name>', 'how contributions are worked out')
        .choices(WantedMethod.options)
        .default('auto'),
    )
    .option('--on <dataset>', 'hold it against the rows of a dataset version: flights or flights@2')
    .addOption(new Option('--metric <name>', 'of the permutation importance').choices(RowMetric.options))
    .option('--explain <rows>', 'rows that a whole model is explained on', numberOption, 500)
    .option('--repeats <n>', 'shuffles of each column', numberOption, 10)
    .option('--seed <n>', 'of shuffles and samples', numberOption, 0)
    .action(async (ref: string, options: Options, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      const rows = options.row ? [rowOf(options.row)] : options.rows ? readRows(options.rows) : null;
      await withClient(async (client) => {
        const common = {
          ...(await subjectOf(client, ref)),
          method: WantedMethod.parse(options.method),
          seed: options.seed,
          ...(options.on === undefined
            ? {}
            : { datasetVersionId: (await resolveVersion(client, options.on)).id }),
        };
        if (rows !== null && !options.global) {
          const scale = options.probability ? 'probability' : 'auto';
          const output_ = options.class === undefined ? {} : { output: options.class };
          const explained = await client.explanations.rows({ body: { ...common, rows, scale, ...output_ } });
          output.result(explained, () => showRows(explained, output));
          return;
        }
        const { metric, explain, repeats } = options;
        const job = await client.explanations.create({
          body: {
            ...common,
            rows: explain,
            repeats,
            ...(metric === undefined ? {} : { metric: RowMetric.parse(metric) }),
          },
        });
        const { explanationId } = z
          .object({ explanationId: z.string() })
          .parse((await finish(client, job, 'Explain')).result);
        const explanation = await client.explanations.get({ params: { explanationId } });
        output.result(explanation, () => showWhole(explanation, options.class, output));
      });
    });
}

/** An id of a run, or the beginning of one, where there is such a run; else a model. */
async function subjectOf(client: Client, ref: string): Promise<{ runId: string } | { model: string }> {
  if (!/^[0-9a-f]{4,32}$/.test(ref)) return { model: ref };
  try {
    return { runId: await findRun(client, ref) };
  } catch (thrown) {
    if (thrown instanceof CommandFailure && thrown.code === 'runs/not-found') return { model: ref };
    throw thrown;
  }
}

function showRows(
  { rows, method, scale, reference, modelCalls, notes }: RowExplanations,
  output: Output,
): void {
  for (const [index, row] of rows.entries()) {
    if (index > 0) output.line();
    const answer =
      row.output === null ? formatNumber(row.answer) : `${row.output} (${formatNumber(row.answer)})`;
    output.line(pc.bold(rows.length > 1 ? `Row ${index + 1}: ${answer}` : answer));
    output.table([...row.features].sort(byStrength), columnsOf(row), 'The model takes no inputs.');
    output.line(
      pc.dim(
        `${formatNumber(row.base)} on the mean, ${formatNumber(row.prediction)} for this row (${scale})`,
      ),
    );
  }
  output.line(
    pc.dim(
      `${method}, ${formatCount(reference.rows)} reference rows: ${reference.source}; ${formatCount(modelCalls)} model ${modelCalls === 1 ? 'call' : 'calls'}.`,
    ),
  );
  for (const note of notes) output.line(pc.yellow(`! ${note}`));
}

type Feature = RowExplanation['features'][number];
const byStrength = (a: Feature, b: Feature) => Math.abs(b.contribution) - Math.abs(a.contribution);

function columnsOf({ features }: RowExplanation) {
  const isSampled = features.some(({ standardError }) => standardError !== null);
  const right = 'right' as const;
  return [
    { title: 'input', value: ({ name }: Feature) => name },
    { title: 'value', value: ({ value }: Feature) => cellText(value) },
    { title: 'contribution', value: ({ contribution }: Feature) => signed(contribution), align: right },
    ...(isSampled
      ? [
          {
            title: '± s.e.',
            value: ({ standardError }: Feature) => formatNumber(standardError ?? 0),
            align: right,
          },
        ]
      : []),
  ];
}

function showWhole(
  { shapley, importance, rows, reference, notes }: Explanation,
  wanted: string | undefined,
  output: Output,
): void {
  const right = 'right' as const;
  if (importance !== null) {
    output.line(pc.bold(`Harm to ${importance.metric} when one input is shuffled`));
    output.table(
      importance.features,
      [
        { title: 'input', value: ({ name }) => name },
        { title: 'harm', value: ({ mean }) => formatNumber(mean), align: right },
        {
          title: '95 % interval',
          value: ({ low, high }) => `${formatNumber(low)} … ${formatNumber(high)}`,
          align: right,
        },
        { title: 'p', value: ({ pValue }) => formatNumber(pValue), align: right },
      ],
      'The model takes no inputs.',
    );
    output.line();
  }
  const outputs = shownOutputs(shapley.outputs, wanted);
  const size = (p: number) => outputs.reduce((sum, { meanAbs }) => sum + (meanAbs[p] ?? 0), 0);
  const order = shapley.inputs.map((_, p) => p).sort((a, b) => size(b) - size(a));
  output.line(pc.bold(`Mean size of the contribution (${shapley.scale})`));
  output.table(
    order,
    [
      { title: 'input', value: (p) => shapley.inputs[p] ?? '' },
      ...outputs.map(({ output: name, meanAbs }) => ({
        title: name ?? 'value',
        value: (p: number) => formatNumber(meanAbs[p]),
        align: right,
      })),
    ],
    'The model takes no inputs.',
  );
  output.line(
    pc.dim(
      `${shapley.method}, ${formatCount(rows)} rows, ${formatCount(reference.rows)} reference rows: ${reference.source}.`,
    ),
  );
  for (const note of notes) output.line(pc.yellow(`! ${note}`));
}

type ShapleyOutput = Explanation['shapley']['outputs'][number];

/** The class that was asked for; of two classes, whose contributions differ by their sign alone, one for both; else all. */
function shownOutputs(outputs: readonly ShapleyOutput[], wanted: string | undefined): ShapleyOutput[] {
  const [first, second] = outputs;
  if (wanted === undefined) {
    const isMirrored =
      outputs.length === 2 &&
      first?.meanAbs.every((size, p) => Math.abs(size - (second?.meanAbs[p] ?? 0)) <= 1e-6 * size);
    return isMirrored === true && second !== undefined
      ? [{ ...second, output: 'either class' }]
      : [...outputs];
  }
  const found = outputs.filter(({ output }) => output === wanted);
  if (found.length > 0) return found;
  const classes = outputs.flatMap(({ output }) => (output === null ? [] : [output]));
  throw new CommandFailure(
    'usage',
    `The model has no class "${wanted}".`,
    classes.length > 0 ? `Classes: ${classes.join(', ')}.` : 'It answers a number: leave --class out.',
    exitCodes.usage,
  );
}

const signed = (value: number) => `${value > 0 ? '+' : ''}${formatNumber(value)}`;

function cellText(cell: Cell): string {
  if (cell === null) return '';
  return typeof cell === 'number' ? formatNumber(cell) : String(cell);
}
