import type { MetricAggregate } from '../../../../local-api/contract/index.ts';
import { formatMetric, NO_VALUE } from '../../../app/format.ts';

/** What groups of runs can show of a metric. */
export const aggregates = ['mean', 'median', 'min', 'max'] as const;
export type Aggregate = (typeof aggregates)[number];

export function readAggregate(text: string | undefined): Aggregate {
  return aggregates.find((known) => known === text) ?? 'mean';
}

/** The figure of a group in a cell; the mean comes with its standard deviation where there is one. */
export function aggregateText(values: MetricAggregate | undefined, aggregate: Aggregate): string {
  const value = values?.[aggregate] ?? null;
  if (!values || value === null) return NO_VALUE;
  const deviation = aggregate === 'mean' ? values.std : null;
  return deviation === null ? formatMetric(value) : `${formatMetric(value)} ± ${formatMetric(deviation)}`;
}

/** All figures of a group, for the tooltip. */
export function aggregateDetail(values: MetricAggregate | undefined): string | undefined {
  if (!values) return undefined;
  const parts = aggregates.map((name) => `${name} ${formatMetric(values[name])}`);
  return [`${values.count} runs`, ...parts, `standard deviation ${formatMetric(values.std)}`].join(' · ');
}

/**
 * The order of groups for an order of runs: a metric sorts by its aggregate, and what groups do not have is passed over.
 *
 * @param sort as the table has it: `-metrics.auc,name`
 * @param by the fields that are grouped by
 * @param metrics keys whose aggregates are asked for
 * @param filterName writes a column as the filter language does
 */
export function groupSort(
  sort: string | undefined,
  options: {
    by: readonly string[];
    metrics: readonly string[];
    aggregate: Aggregate;
    filterName: (id: string) => string;
  },
): string {
  const { by, metrics, aggregate, filterName } = options;
  const known = new Map<string, string>([
    ['count', 'count'],
    ['startedAtMs', 'startedAtMs'],
    ...by.map((field): [string, string] => [field, field]),
    ...metrics.map((key): [string, string] => {
      const name = filterName(`metrics.${key}`);
      return [name, `${aggregate}(${name})`];
    }),
  ]);
  const parts = (sort ?? '').split(',').flatMap((part) => {
    const isDescending = part.startsWith('-');
    const field = known.get(isDescending ? part.slice(1) : part);
    return field === undefined ? [] : [`${isDescending ? '-' : ''}${field}`];
  });
  return parts.length === 0 ? '-count' : parts.join(',');
}
