import { describe, expect, it } from 'vitest';
import type { Run } from '../../../../../../local-api/contract/index.ts';
import { controlState } from '../../../../../../renderer/features/runs/page/control-state.ts';
import { mainMetric } from '../../../../../../renderer/features/runs/page/main-metric.ts';
import { partOfPatch } from '../../../../../../renderer/features/runs/page/run-facts.ts';
import {
  groupSystemMetrics,
  sampleInterval,
} from '../../../../../../renderer/features/runs/page/system-metrics.ts';

function run(patch: Partial<Run>): Run {
  return {
    id: 'a'.repeat(32),
    experimentId: '0',
    name: 'r',
    status: 'running',
    lifecycle: 'active',
    user: '',
    source: 'exec',
    parentRunId: null,
    jobId: null,
    notes: '',
    startedAtMs: 0,
    endedAtMs: null,
    params: {},
    metrics: {},
    tags: {},
    inputs: [],
    ...patch,
  };
}

describe('the control over a run', () => {
  const asked = run({ tags: { 'assay.stop_requested': '1970-01-01T00:00:10.000Z' } });

  it('is nothing to speak of while a run goes its way', () => {
    expect(controlState(run({}), 0)).toBeNull();
    expect(controlState(run({ status: 'finished', tags: { 'assay.exit_code': '0' } }), 0)).toBeNull();
  });

  it('goes from stopping to no answer after half a minute', () => {
    expect(controlState(asked, 12_000)).toMatchObject({ title: 'Stopping …', tone: 'warn' });
    expect(controlState(asked, 12_000)?.text).toContain('Asked 2 s ago');
    expect(controlState(asked, 41_000)).toMatchObject({ title: 'It did not answer.', tone: 'bad' });
  });

  it('ends as stopped on request, even when the process ended by a signal', () => {
    const tags = { ...asked.tags, 'assay.exit_signal': 'SIGTERM' };
    expect(controlState(run({ status: 'killed', endedAtMs: 5, tags }), 0)).toMatchObject({
      title: 'Stopped on request.',
      text: 'The process ended by SIGTERM.',
      atMs: 5,
    });
  });

  it('tells a process that died from one that was killed from outside and one that failed', () => {
    const title = (patch: Partial<Run>) => controlState(run(patch), 0)?.title;
    expect(title({ status: 'killed', tags: { 'assay.error': 'runs/silent: Not heard from.' } })).toBe(
      'Its process died.',
    );
    expect(title({ status: 'killed', tags: { 'assay.exit_signal': 'SIGKILL' } })).toBe(
      'Killed from outside.',
    );
    expect(title({ status: 'failed', tags: { 'assay.exit_code': '3' } })).toBe('The command failed.');
  });
});

describe('metrics of the system', () => {
  it('are charts by subject and unit, each GPU for itself', () => {
    const keys = [
      'system/gpu_1_power_usage_watts',
      'system/gpu_0_memory_usage_percentage',
      'system/network_receive_megabytes',
      'system/process_cpu_percentage',
      'system/cpu_utilization_percentage',
      'system/system_memory_usage_megabytes',
      'system/disk_usage_percentage',
      'system/process_count',
    ];
    expect(groupSystemMetrics(keys).map(({ title }) => title)).toEqual([
      'CPU, %',
      'Memory, MB',
      'Disk, %',
      'Network, MB',
      'GPU 0, %',
      'GPU 1, W',
      'Other',
    ]);
    expect(groupSystemMetrics(keys)[0]?.keys).toEqual([
      'system/cpu_utilization_percentage',
      'system/process_cpu_percentage',
    ]);
  });

  it('have the median gap as their interval', () => {
    expect(sampleInterval([0, 1000, 2000, 60_000])).toBe(1000);
    expect(sampleInterval([5])).toBeNull();
  });
});

describe('the main metric of several runs', () => {
  it('is what most of them have, and then what people look at first', () => {
    const of = (...keys: string[]) => ({
      metrics: Object.fromEntries(
        keys.map((key) => [key, { last: 1, step: 0, timestampMs: 0, min: 1, max: 1, count: 1 }]),
      ),
    });
    expect(mainMetric([of('zeta', 'loss', 'auc'), of('loss', 'auc', 'system/cpu')])).toBe('auc');
    expect(mainMetric([of('zeta'), of('zeta', 'auc')])).toBe('zeta');
    expect(mainMetric([of()])).toBeNull();
  });
});

describe('a line of a patch', () => {
  it('is a file, a place, added, removed or as it was', () => {
    const lines = ['diff --git a/x b/x', '--- a/x', '+++ b/x', '@@ -1 +1 @@', '-old', '+new', ' same'];
    expect(lines.map(partOfPatch)).toEqual(['file', 'file', 'file', 'place', 'removed', 'added', undefined]);
  });
});
