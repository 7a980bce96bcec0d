import { Command } from 'commander';
import pc from 'picocolors';
import type { Run } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { formatNumber } from '../output.ts';
import { findRun } from '../run-ref.ts';

export function compareCommand(): Command {
  return new Command('compare')
    .description('put runs side by side: params and metrics, differences marked')
    .argument('<run...>', 'two or more run ids, or their first digits')
    .option('--all', 'also show what is the same')
    .action(async (refs: string[], options: { all?: boolean }, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        const ids = await Promise.all(refs.map((ref) => findRun(client, ref)));
        const runs = await Promise.all(ids.map((runId) => client.runs.get({ params: { runId } })));
        const rows = [
          ...rowsOf('metrics', runs, (run) => mapValues(run.metrics, (metric) => formatNumber(metric.last))),
          ...rowsOf('params', runs, (run) => run.params),
        ];
        output.result(
          { runs, differences: rows.filter((row) => row.differs).map(({ differs: _, ...row }) => row) },
          () => {
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
          },
        );
      });
    });
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
