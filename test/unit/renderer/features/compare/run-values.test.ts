import { describe, expect, it } from 'vitest';
import type { Run } from '../../../../../local-api/contract/index.ts';
import {
  mainMetric,
  numericIds,
  runValue,
  varyingParamIds,
} from '../../../../../renderer/features/compare/run-values.ts';

function run(params: Record<string, string>, metrics: Record<string, number | 'NaN'> = {}): Run {
  return {
    id: 'a'.repeat(32),
    experimentId: '1',
    name: 'run',
    status: 'finished',
    lifecycle: 'active',
    user: '',
    source: 'api',
    parentRunId: null,
    jobId: null,
    notes: '',
    startedAtMs: 0,
    endedAtMs: 1,
    params,
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([key, last]) => [
        key,
        { last, step: 0, timestampMs: 0, min: last, max: last, count: 1 },
      ]),
    ),
    tags: {},
    inputs: [],
  };
}

describe('values of compared runs', () => {
  it('are numbers where the text of a parameter reads as one', () => {
    const one = run({ depth: '6', name: 'x', empty: ' ' }, { auc: 0.7, loss: 'NaN' });
    expect(runValue(one, 'params.depth')).toBe(6);
    expect(runValue(one, 'params.name')).toBe('x');
    expect(runValue(one, 'params.empty')).toBe(' ');
    expect(runValue(one, 'params.none')).toBeNull();
    expect(runValue(one, 'metrics.loss')).toBeNull();
  });

  it('are offered for axes only when some run has a number there', () => {
    expect(numericIds([run({ name: 'x', depth: '6' }, { auc: 0.7 })])).toEqual([
      'metrics.auc',
      'params.depth',
    ]);
  });
});

describe('varyingParamIds', () => {
  it('leaves out what all runs share, and puts what was set before what the fit reported', () => {
    const runs = [
      run({ 'fit.rounds': '36', depth: '6', seed: '0', bins: '255' }),
      run({ 'fit.rounds': '40', depth: '8', seed: '0' }),
    ];
    expect(varyingParamIds(runs)).toEqual(['params.depth', 'params.bins', 'params.fit.rounds']);
  });
});

describe('mainMetric', () => {
  it('is the one that runs are usually compared by', () => {
    expect(mainMetric([run({}, { a: 1, auc: 0.5 })])).toBe('metrics.auc');
    expect(mainMetric([run({}, { a: 1 })])).toBe('metrics.a');
    expect(mainMetric([run({})])).toBeUndefined();
  });
});
