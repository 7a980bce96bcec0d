import { Command, Option } from 'commander';
import pc from 'picocolors';
import type { Client } from '../../client/index.ts';
import type { PredictionsCompared, Run } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { numberOption } from '../number-option.ts';
import { formatCount, formatNumber, type Output } from '../output.ts';
import { findRun } from '../run-ref.ts';
import { compareGroups, type GroupOptions } from './compare-groups.ts';

type Options = Partial<GroupOptions> & { all?: boolean };

export function compareCommand(): Command {
  return new Command('compare')
    .description('put runs side by side, or test whether groups of runs differ (--group-by)')
    .argument('[run...]', 'run ids, or their first digits')
    .option('--all', 'also show what is the same')
    .option('-g, --group-by <key>', 'compare groups: params.<key>, tags.<key> or a field')
    .option('-m, --metric <keys>', 'with --group-by: metrics to test, separated by commas')
    .option('-p, --pair-by <key>', 'with --group-by: pair runs by params.seed, params.fold …')
    .option('-f, --filter <filter>', 'with --group-by: these runs, when none are named')
    .option('-b, --baseline <value>', 'with --group-by: compare each group with this one only')
    .option('--confidence <share>', 'with --group-by: for intervals and verdicts', numberOption, 0.95)
    .addOption(
      new Option('--summary <which>', 'with --group-by: the value that stands for a run')
        .choices(['last', 'min', 'max'])
        .default('last'),
    )
    .action(async (refs: string[], options: Options, command: Command) => {
      const { output, withClient } = contextOf(command);
      const { groupBy, metric } = options;
      if (groupBy === undefined) requireRuns(refs);
      else if (metric === undefined) throw usage('--group-by needs a metric.', 'For example: --metric auc');
      await withClient(async (client) => {
        const ids = await Promise.all(refs.map((ref) => findRun(client, ref)));
        if (groupBy === undefined || metric === undefined) await sideBySide(client, output, ids, options);
        else await compareGroups(client, output, ids, { ...groupDefaults, ...options, groupBy, metric });
      });
    });
}

const groupDefaults = { confidence: 0.95, summary: 'last' } as const;

function usage(message: string, hint: string): CommandFailure {
  return new CommandFailure('request/invalid', message, hint, exitCodes.usage);
}

function requireRuns(refs: readonly string[]): void {
  if (refs.length >= 2) return;
  throw usage(
    'Name two or more runs, or what to group by.',
    'For example: assay compare 3f2a 91bc, or assay compare --group-by params.trainer --metric auc',
  );
}

async function sideBySide(
  client: Client,
  output: Output,
  ids: readonly string[],
  options: Options,
): Promise<void> {
  const runs = await Promise.all(ids.map((runId) => client.runs.get({ params: { runId } })));
  const rows = [
    ...rowsOf('metrics', runs, (run) => mapValues(run.metrics, (metric) => formatNumber(metric.last))),
    ...rowsOf('params', runs, (run) => run.params),
  ];
  const predictions = await testPredictions(client, ids);
  const differences = rows.filter((row) => row.differs).map(({ differs: _, ...row }) => row);
  output.result({ runs, differences, predictions }, () => {
    const shown = options.all ? rows : rows.filter((row) => row.differs);
    output.table(
      shown,
      [
        { title: '', value: (row) => (row.differs ? pc.yellow('≠') : ' ') },
        { title: 'key', value: (row) => row.key },
        ...runs.map((run, i) => ({
          title: run.name,
          value: (row: Row) => row.values[i] ?? pc.dim('–'),
        })),
      ],
      'These runs do not differ in params or metrics.',
    );
    if (predictions === null) return;
    output.line();
    output.line(pc.dim(`On the ${formatCount(predictions.rows)} test rows that both predicted:`));
    for (const test of predictions.tests) output.line(test.sentence);
    for (const note of predictions.notes) output.line(pc.dim(note));
  });
}

/** Row by row, for two trainings on the same data; null where there is nothing of the kind. */
async function testPredictions(
  client: Client,
  [a, b, ...more]: readonly string[],
): Promise<PredictionsCompared | null> {
  if (a === undefined || b === undefined || more.length > 0) return null;
  try {
    return await client.comparison.predictions({ body: { a, b } });
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
    if (code === 'comparison/no-predictions' || code === 'comparison/other-data') return null;
    throw thrown;
  }
}

type Row = { key: string; values: (string | null)[]; differs: boolean };

function rowsOf(family: string, runs: readonly Run[], values: (run: Run) => Record<string, string>): Row[] {
  const maps = runs.map(values);
  const keys = [...new Set(maps.flatMap((map) => Object.keys(map)))].sort();
  return keys.map((key) => {
    const row = maps.map((map) => map[key] ?? null);
    return { key: `${family}.${key}`, values: row, differs: new Set(row).size > 1 };
  });
}

function mapValues<T>(record: Record<string, T>, map: (value: T) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
