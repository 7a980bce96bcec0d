import { describe, expect, it } from 'vitest';
import { aggregateText, groupSort } from '../../../../../../renderer/features/runs/table/aggregates.ts';
import { filterName } from '../../../../../../renderer/features/runs/table/run-columns.ts';

const values = {
  count: 3,
  mean: 0.5,
  std: 0.1,
  min: 0.4,
  max: 0.6,
  median: 0.5,
  minRunId: null,
  maxRunId: null,
};

describe('groupSort', () => {
  const options = {
    by: ['params.trainer'],
    metrics: ['auc', 'val loss'],
    aggregate: 'max' as const,
    filterName,
  };

  it('sorts groups by the aggregate of the metric that runs are sorted by', () => {
    expect(groupSort('-metrics.auc,params.trainer', options)).toBe('-max(metrics.auc),params.trainer');
    expect(groupSort('metrics.`val loss`', options)).toBe('max(metrics.`val loss`)');
  });

  it('passes over what groups do not have, and puts the largest first when nothing is left', () => {
    expect(groupSort('name,-durationMs', options)).toBe('-count');
    expect(groupSort(undefined, options)).toBe('-count');
  });
});

describe('aggregateText', () => {
  it('gives the mean with its standard deviation, other figures alone', () => {
    expect(aggregateText(values, 'mean')).toBe('0.5000 ± 0.1000');
    expect(aggregateText({ ...values, std: null }, 'mean')).toBe('0.5000');
    expect(aggregateText(values, 'max')).toBe('0.6000');
    expect(aggregateText(undefined, 'mean')).toBe('–');
  });
});
