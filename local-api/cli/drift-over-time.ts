import type { Command } from 'commander';
import pc from 'picocolors';
import { z } from 'zod';
import type { Client } from '../client/index.ts';
import type { ColumnSeries, DriftSeriesRequestInput } from '../contract/index.ts';
import { contextOf } from './context.ts';
import type { WindowOptions } from './drift-windows.ts';
import { formatCount, formatNumber } from './output.ts';

const Result = z.object({ seriesId: z.string() });

/** Compares part by part and prints a line for each; says whether a column is outside in the last part. */
export async function overTime(
  command: Command,
  client: Client,
  asked: Omit<DriftSeriesRequestInput, 'by'>,
  { by, time }: Pick<WindowOptions, 'by' | 'time'>,
): Promise<boolean> {
  const { output, finish } = contextOf(command);
  const rule = by?.kind === 'time' && time !== undefined ? { ...by, column: time } : by;
  const job = await client.driftSeries.create({
    body: { ...asked, ...(rule === undefined ? {} : { by: rule }) },
  });
  const ended = await finish(client, job, 'Drift over time');
  const { seriesId } = Result.parse(ended.result);
  const series = await client.driftSeries.get({ params: { seriesId } });
  output.result(series, () => {
    output.line(`${series.currentName} ${series.every}, each part against ${series.referenceName}`);
    const [performance] = series.performance;
    output.table(
      series.chunks.map((chunk, place) => ({
        ...chunk,
        outside: series.columns.filter((column) => isOutside(column, place)).map(({ name }) => name),
        estimate: performance?.estimates[place] ?? null,
        realised: performance?.realised[place] ?? null,
      })),
      [
        { title: 'part', value: (row) => row.name },
        { title: 'rows', value: (row) => formatCount(row.rows), align: 'right' },
        {
          title: 'columns outside',
          value: (row) => (row.outside.length === 0 ? pc.dim('none') : pc.yellow(row.outside.join(', '))),
        },
        ...(performance === undefined
          ? []
          : [
              {
                title: `${performance.metric} (estimated)`,
                value: (row: { estimate: number | null }) => formatNumber(row.estimate),
                align: 'right' as const,
              },
              {
                title: 'came true',
                value: (row: { realised: number | null }) => formatNumber(row.realised),
                align: 'right' as const,
              },
            ]),
      ],
      'There are no rows.',
    );
    if (series.performanceNote !== null && performance === undefined)
      output.line(pc.dim(`No performance was estimated: ${series.performanceNote}`));
    output.line();
    output.line(
      series.drifted
        ? pc.yellow(
            `${series.driftedColumns} of ${series.totalColumns} columns are outside in the last part.`,
          )
        : pc.green('No column is outside in the last part.'),
    );
  });
  return series.drifted;
}

function isOutside({ values, limits }: ColumnSeries, place: number): boolean {
  const value = values[place];
  return value !== null && value !== undefined && value > (limits[place] ?? 1);
}
