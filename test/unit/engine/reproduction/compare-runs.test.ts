import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../../../engine/reproduction/compare-runs.ts';
import { environmentDifferences, RunEnvironment } from '../../../../engine/reproduction/run-environment.ts';
import type { ArtifactEntry, RealNumber, Run } from '../../../../local-api/contract/index.ts';

function run(metrics: Record<string, RealNumber>, patch: Partial<Run> = {}): Run {
  const summary = (last: RealNumber) => ({ last, step: 0, timestampMs: 0, min: last, max: last, count: 1 });
  return {
    id: 'a'.repeat(32),
    experimentId: '0',
    name: 'r',
    status: 'finished',
    lifecycle: 'active',
    user: '',
    source: 'train',
    parentRunId: null,
    jobId: null,
    notes: '',
    startedAtMs: 0,
    endedAtMs: 1,
    params: {},
    metrics: Object.fromEntries(Object.entries(metrics).map(([key, value]) => [key, summary(value)])),
    tags: {},
    inputs: [],
    ...patch,
  };
}

const file = (path: string, digest: string): ArtifactEntry => ({
  path,
  digest,
  isDirectory: false,
  sizeBytes: 1,
});
const model = (digest: string) => [file('model/model.onnx', digest)];
const differences = environmentDifferences(
  RunEnvironment.parse({ node: { version: '22.1.0' }, python: { packages: ['numpy==1.0', 'gone==1'] } }),
  RunEnvironment.parse({ node: { version: '24.0.0' }, python: { packages: ['numpy==2.0'] } }),
);

describe('a run and its copy', () => {
  it('are identical with the same model bytes and metrics, whatever the system did', () => {
    const report = compareRuns(
      { run: run({ auc: 0.9, 'system/cpu': 10 }), files: model('x') },
      { run: run({ auc: 0.9, 'system/cpu': 90 }), files: model('x') },
      [],
      5,
    );
    expect(report).toMatchObject({ verdict: 'identical', comparedAtMs: 5, metrics: { compared: 1 } });
  });

  it('have the same metrics to 1e-9 with other bytes, and the first difference around them is named', () => {
    const report = compareRuns(
      { run: run({ auc: 0.9 }), files: model('x') },
      { run: run({ auc: 0.9 + 1e-12 }), files: model('y') },
      differences,
      0,
    );
    expect(report.verdict).toBe('same-metrics');
    expect(report.summary).toBe(
      'The same metrics (to 1e-9), other model bytes; Node differs (22.1.0 → 24.0.0, and 2 more).',
    );
    expect(report.environment).toEqual([
      { what: 'Node', original: '22.1.0', reproduced: '24.0.0' },
      { what: 'package numpy', original: '1.0', reproduced: '2.0' },
      { what: 'package gone', original: '1', reproduced: null },
    ]);
  });

  it('differ in the metric that is furthest away', () => {
    const report = compareRuns(
      { run: run({ auc: 0.9, loss: 1 }), files: [] },
      { run: run({ auc: 0.8, loss: 3 }), files: [] },
      [],
      0,
    );
    expect(report).toMatchObject({ verdict: 'differs', metrics: { maxDifference: 2 } });
    expect(report.summary).toBe('Differs: loss (last) was 1 and is 3; data and environment are the same.');
  });

  it('do not differ in a NaN that both have, and do in one that only one has', () => {
    const side = (value: RealNumber) => ({ run: run({ loss: value }), files: [] });
    expect(compareRuns(side('NaN'), side('NaN'), [], 0).verdict).toBe('identical');
    expect(compareRuns(side(1), side('NaN'), [], 0)).toMatchObject({
      verdict: 'differs',
      metrics: { maxDifference: 'Infinity' },
    });
  });

  it('name the data when that is not the same', () => {
    const inputs = (digest: string) => [
      { datasetVersionId: null, name: 'cats', digest, context: 'training' },
    ];
    const report = compareRuns(
      { run: run({ auc: 1 }, { inputs: inputs('x') }), files: [] },
      { run: run({ auc: 2 }, { inputs: inputs('y') }), files: [] },
      differences,
      0,
    );
    expect(report.summary).toContain('the data "cats" is not the same');
  });

  it('compare by all files when there is no model, logs and facts aside', () => {
    const side = (output: string, digest: string) => ({
      run: run({}),
      files: [file('out.csv', output), file('logs/output.log', digest), file('environment.json', digest)],
    });
    expect(compareRuns(side('x', '1'), side('x', '2'), [], 0).verdict).toBe('identical');
    expect(compareRuns(side('x', '1'), side('y', '2'), [], 0)).toMatchObject({
      verdict: 'differs',
      files: { differing: ['out.csv'] },
    });
  });

  it('say so when there is nothing to compare, and when the copy did not finish', () => {
    const none = { run: run({}), files: [] };
    expect(compareRuns(none, none, [], 0).verdict).toBe('nothing-to-compare');
    const failed = { run: run({}, { status: 'failed', tags: { 'assay.exit_code': '4' } }), files: [] };
    expect(compareRuns(none, failed, [], 0).summary).toBe(
      'The run was not reproduced: it is failed (exit code 4).',
    );
  });

  it('differ when only one of the two logged a metric', () => {
    const report = compareRuns(
      { run: run({ auc: 1, f1: 1 }), files: [] },
      { run: run({ auc: 1 }), files: [] },
      [],
      0,
    );
    expect(report).toMatchObject({ verdict: 'differs', metrics: { onlyOriginal: ['f1'] } });
  });
});
