import type { Command } from 'commander';
import pc from 'picocolors';
import type { RunGroup } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { type Column, formatCount, formatNumber, formatTime } from '../output.ts';

type Options = { filter?: string; sort?: string; metric?: string; limit: number };

function listed(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** `assay runs --group-by`: a row a group, with aggregates of metrics. */
export async function listGroups(command: Command, by: string, options: Options): Promise<void> {
  const { output, withClient } = contextOf(command);
  const fields = listed(by);
  const metrics = listed(options.metric ?? '');
  await withClient(async (client) => {
    const page = await client.runGroups.list({
      body: {
        by: fields,
        metrics,
        limit: options.limit,
        ...(options.filter === undefined ? {} : { filter: options.filter }),
        ...(options.sort === undefined ? {} : { sort: options.sort }),
      },
    });
    output.result(page, () => {
      const ofMetric = (key: string): Column<RunGroup>[] =>
        (['mean', 'std', 'min', 'max'] as const).map((statistic) => ({
          title: statistic === 'mean' ? `${key} mean` : statistic,
          value: ({ metrics: found }) => formatNumber(found[key]?.[statistic]),
          align: 'right',
        }));
      output.table(
        page.items,
        [
          ...fields.map((field) => ({
            title: field,
            value: ({ values }: RunGroup) => String(values[field] ?? pc.dim('none')),
          })),
          { title: 'runs', value: ({ count }) => formatCount(count), align: 'right' },
          ...metrics.flatMap(ofMetric),
          { title: 'newest', value: ({ startedAtMs }) => formatTime(startedAtMs.max) },
        ],
        options.filter ? 'No run matches.' : 'No runs yet.',
      );
      const { groups } = page.total;
      if (groups > page.items.length) {
        output.note(pc.dim(`${formatCount(groups)} groups; --limit shows more than ${options.limit}.`));
      }
    });
  });
}
