import pc from 'picocolors';
import type { Client } from '../../client/index.ts';
import type { ComparedGroup, MetricComparison } from '../../contract/index.ts';
import { formatNumber, type Output } from '../output.ts';

export type GroupOptions = {
  groupBy: string;
  metric: string;
  pairBy?: string;
  filter?: string;
  baseline?: string;
  confidence: number;
  summary: 'last' | 'min' | 'max';
};

/** `assay compare --group-by …`: a table of groups and a verdict a pair, for each metric. */
export async function compareGroups(
  client: Client,
  output: Output,
  runIds: string[],
  { groupBy, metric, pairBy, filter, baseline, confidence, summary }: GroupOptions,
): Promise<void> {
  const result = await client.comparison.groups({
    body: {
      groupBy,
      metrics: metric.split(',').map((key) => key.trim()),
      confidence,
      summary,
      ...(runIds.length > 0 ? { runIds } : { filter: filter ?? '' }),
      ...(pairBy === undefined ? {} : { pairBy }),
      ...(baseline === undefined ? {} : { baseline }),
    },
  });
  output.result(result, () => {
    for (const [place, compared] of result.metrics.entries()) {
      if (place > 0) output.line();
      printMetric(output, compared, { groupBy: result.groupBy, confidence });
    }
    for (const note of result.notes) output.note(pc.yellow(note));
  });
}

function printMetric(
  output: Output,
  { metric, direction, directionReason, groups, comparisons, correction, leftOut, verdict }: MetricComparison,
  { groupBy, confidence }: { groupBy: string; confidence: number },
): void {
  output.line(`${pc.bold(metric)}  ${pc.dim(`${direction} is better: ${directionReason}`)}`);
  const number = (title: string, value: (group: ComparedGroup) => string) => {
    return { title, value, align: 'right' as const };
  };
  output.table(
    groups,
    [
      { title: groupBy, value: (group) => group.value ?? pc.dim('–') },
      number('runs', (group) => String(group.n)),
      number('mean', (group) => formatNumber(group.mean)),
      { title: `${Number((confidence * 100).toFixed(1))} % CI`, value: intervalOf },
      number('std', (group) => formatNumber(group.std)),
      number('median', (group) => formatNumber(group.median)),
      number('min', (group) => formatNumber(group.min)),
      number('max', (group) => formatNumber(group.max)),
    ],
    `No run has a finite ${metric}.`,
  );
  output.line();
  if (comparisons.length !== 1) output.line(pc.bold(verdict));
  for (const { sentence, outcome } of comparisons)
    output.line(outcome === 'a-better' || outcome === 'b-better' ? pc.green(sentence) : sentence);
  for (const reason of new Set(comparisons.flatMap(({ method }) => method?.reason ?? [])))
    output.line(pc.dim(reason));
  if (correction !== null) output.line(pc.dim(`${correction}.`));
  if (leftOut.length > 0)
    output.line(
      pc.dim(`${leftOut.length} left out: ${[...new Set(leftOut.map(({ reason }) => reason))].join(', ')}.`),
    );
}

function intervalOf({ interval }: ComparedGroup): string {
  return interval === null ? '' : `${formatNumber(interval.low)} … ${formatNumber(interval.high)}`;
}
