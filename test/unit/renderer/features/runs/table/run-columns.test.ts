import { describe, expect, it } from 'vitest';
import type { RunRow } from '../../../../../../local-api/contract/index.ts';
import {
  columnValue,
  defaultColumns,
  durationOf,
  fieldsFor,
  filterName,
  moveColumn,
  parseColumn,
} from '../../../../../../renderer/features/runs/table/run-columns.ts';

const run: RunRow = {
  id: 'a'.repeat(32),
  name: 'calm-otter-1',
  status: 'finished',
  startedAtMs: 1_000_000,
  endedAtMs: 1_004_200,
  params: { trainer: 'gbdt', note: 'a, "b"' },
  metrics: { auc: { last: 0.712345, step: 0, timestampMs: 1, min: 0.7, max: 0.8, count: 3 } },
};

describe('columns of the runs table', () => {
  it('keep dots of a key: metrics.val.loss is the key val.loss', () => {
    expect(parseColumn('metrics.val.loss')).toEqual({ family: 'metrics', key: 'val.loss' });
  });

  it('quote keys that the filter language would not read as a name', () => {
    expect(filterName('metrics.val/loss 1')).toBe('metrics.`val/loss 1`');
    expect(filterName('params.trainer.trees')).toBe('params.trainer.trees');
  });

  it('ask the server for what is shown and what the row itself needs, once each', () => {
    const fields = fieldsFor(['name', 'metrics.auc', 'durationMs', 'metrics.auc']).split(',');
    expect(fields).toContain('metrics.auc');
    expect(fields).toContain('endedAtMs');
    expect(fields).not.toContain('durationMs');
    expect(new Set(fields).size).toBe(fields.length);
  });

  it('begin with the metrics that compare runs best', () => {
    const columns = defaultColumns({ metrics: ['epoch', 'log_loss', 'auc'], params: ['trainer'], tags: [] });
    expect(columns).toEqual([
      'starred',
      'name',
      'status',
      'startedAtMs',
      'durationMs',
      'params.trainer',
      'metrics.auc',
      'metrics.log_loss',
    ]);
  });

  it('fall back to the first metrics where none is known', () => {
    expect(defaultColumns({ metrics: ['a', 'b'], params: [], tags: [] })).toContain('metrics.a');
  });

  it('give the last value of a metric and nothing where nothing was logged', () => {
    expect(columnValue(run, 'metrics.auc', 0)).toBe(0.712345);
    expect(columnValue(run, 'metrics.f1', 0)).toBeNull();
  });
});

describe('moving a column', () => {
  const columns = ['starred', 'name', 'status', 'metrics.auc', 'params.depth'];

  it('puts it where it was dropped', () => {
    expect(moveColumn(columns, 'status', 4)).toEqual([
      'starred',
      'name',
      'metrics.auc',
      'params.depth',
      'status',
    ]);
    expect(moveColumn(columns, 'params.depth', 2)).toEqual([
      'starred',
      'name',
      'params.depth',
      'status',
      'metrics.auc',
    ]);
  });

  it('never puts it before star and name, which stay at the left', () => {
    expect(moveColumn(columns, 'metrics.auc', 0).slice(0, 3)).toEqual(['starred', 'name', 'metrics.auc']);
    expect(moveColumn(columns, 'name', 4)).toEqual(columns);
  });
});

describe('durationOf', () => {
  it('counts on while a run is running and stops with it', () => {
    expect(durationOf(run, 9_999_999)).toBe(4200);
    expect(durationOf({ ...run, status: 'running', endedAtMs: null }, 1_002_000)).toBe(2000);
  });

  it('is unknown before a run has started', () => {
    expect(durationOf({ ...run, status: 'scheduled', endedAtMs: null }, 2_000_000)).toBeNull();
  });
});
