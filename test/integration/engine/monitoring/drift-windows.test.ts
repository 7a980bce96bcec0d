import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CreateEndpoint,
  CreateMonitor,
  type DriftReport,
  DriftRequest,
  type DriftRequestInput,
  DriftSeries,
  DriftSeriesRequest,
  GroundTruthRequest,
  ImportRequest,
  ImportResult,
  ListQuery,
  Recipe,
  RegisterRequest,
  TrainRequest,
} from '../../../../local-api/contract/index.ts';
import { failureOf } from '../../../kit/data/snapshots.ts';
import { type TempWorkspace, tempWorkspace } from '../../../kit/workspace.ts';
import { normals, uniforms } from '../../../unit/engine/monitoring/statistics/golden-windows.ts';

let temp: TempWorkspace;
let versionId: string;

/** Customers: the older the bill and the shorter the contract, the likelier they leave. `moved` shifts the bills of the north. */
function customers(rows: number, seed: number, moved: number) {
  const next = uniforms(seed);
  const normal = normals(next);
  return Array.from({ length: rows }, () => {
    const region = next() < 0.3 ? 'north' : next() < 0.5 ? 'south' : 'west';
    const bill = 50 + 10 * normal() + (region === 'north' ? moved : 0);
    const months = Math.floor(next() * 48);
    const noise = normal();
    const leaves = 1 / (1 + Math.exp(-((bill - 50) / 8 - (months - 24) / 12))) > next() ? 'left' : 'stayed';
    return { region, bill: Number(bill.toFixed(3)), months, noise: Number(noise.toFixed(3)), leaves };
  });
}

beforeAll(async () => {
  temp = await tempWorkspace();
  const { workspace } = temp;
  const path = join(temp.dir, 'customers.csv');
  const rows = customers(1500, 1, 0);
  const names = ['region', 'bill', 'months', 'noise', 'leaves'] as const;
  writeFileSync(
    path,
    `${names.join(',')}\n${rows.map((row) => names.map((name) => row[name]).join(',')).join('\n')}\n`,
  );
  const imported = await workspace.data.import(
    ImportRequest.parse({ dataset: 'customers', source: { kind: 'path', path } }),
  );
  versionId = ImportResult.parse((await workspace.jobs.wait(imported.id)).result).versionId;
  const recipe = Recipe.parse({
    dataset: versionId,
    task: 'classification',
    target: { column: 'leaves' },
    positive: 'left',
    trainer: { kind: 'linear' },
    split: { kind: 'random', test: 0.4, validation: 0.1 },
  });
  const { id, runId } = await workspace.training.start(TrainRequest.parse({ recipe }));
  const job = await workspace.jobs.wait(id);
  expect(job.error).toBeNull();
  await workspace.models.register('churn', RegisterRequest.parse({ runId }));
  await workspace.endpoints.create(
    CreateEndpoint.parse({ name: 'churn', route: { kind: 'single', ref: 'churn' }, log: { sampleRate: 1 } }),
  );
  const asked = customers(600, 2, 20);
  for (let i = 0; i < asked.length; i += 20) {
    const part = asked.slice(i, i + 20);
    const requestId = `r${i}`;
    await workspace.endpoints.predict(
      'churn',
      { rows: part.map(({ leaves: _, ...row }) => row) },
      { requestId, header: () => undefined },
    );
    // The truth is known of half of them.
    if (i % 40 === 0) {
      await workspace.endpoints.groundTruth(
        'churn',
        GroundTruthRequest.parse({
          items: part.map(({ leaves }, row) => ({ requestId, row, value: leaves })),
        }),
      );
    }
  }
}, 180_000);
afterAll(() => temp.close());

async function report(request: DriftRequestInput): Promise<DriftReport> {
  const { workspace } = temp;
  const job = await workspace.jobs.wait((await workspace.drift.start(DriftRequest.parse(request))).id);
  expect(job.error).toBeNull();
  return workspace.drift.get((job.result as { reportId: string }).reportId);
}

const requests = { kind: 'requests', endpoint: 'churn' } as const;
const baseline = { kind: 'baseline' } as const;

describe('a report of requests against the baseline of their model', () => {
  let found: DriftReport;
  beforeAll(async () => {
    found = await report({ reference: baseline, current: requests });
  }, 120_000);

  it('names both windows, the model, and what is known of them', () => {
    expect(found).toMatchObject({
      model: 'churn/1.0.0',
      referenceName: 'test rows of churn/1.0.0',
      currentName: 'requests of churn',
      referenceRows: 600,
      currentRows: 600,
      referenceVersionId: versionId,
      currentVersionId: null,
      current: { truths: 300, model: 'churn/1.0.0' },
      reference: { truths: 600 },
    });
    expect(found.columns.map(({ name, drifted }) => [name, drifted])).toEqual([
      ['region', false],
      ['bill', true],
      ['months', false],
      ['noise', false],
    ]);
  });

  it('compares the answers, the truth, and how good the model is', () => {
    expect(found.sections?.prediction).toMatchObject({ status: 'done', drifted: true });
    expect(found.sections?.target).toMatchObject({ status: 'done', drifted: true });
    expect(found.sections?.concept).toMatchObject({ status: 'done', currentTruths: 300 });
    expect(found.sections?.estimate).toMatchObject({ status: 'done', method: 'cbpe' });
  });

  it('finds the slice in which the shift lies', () => {
    const causes = found.sections?.causes;
    if (causes?.status !== 'done') throw new Error('no causes');
    expect(causes.slices[0]?.text).toBe('region = north');
    expect(causes.impact[0]?.column).toBe('bill');
  });
});

describe('a comparison over time', () => {
  it('cuts the requests, judges each part, and estimates how good the model is on it', async () => {
    const { workspace } = temp;
    const job = await workspace.jobs.wait(
      (
        await workspace.driftSeries.start(
          DriftSeriesRequest.parse({
            reference: baseline,
            current: requests,
            by: { kind: 'count', rows: 150 },
          }),
        )
      ).id,
    );
    expect(job.error).toBeNull();
    const found = await workspace.driftSeries.get((job.result as { seriesId: string }).seriesId);
    expect(DriftSeries.parse(found)).toEqual(found);
    expect(found.chunks.map(({ name, rows }) => [name, rows])).toEqual([
      ['rows 1 to 150', 150],
      ['rows 151 to 300', 150],
      ['rows 301 to 450', 150],
      ['rows 451 to 600', 150],
    ]);
    expect(found.chunks[0]?.window).toMatchObject({ kind: 'requests', endpoint: 'churn' });
    expect(found.columns[0]).toMatchObject({ name: 'bill', firstAlert: 0 });
    expect(found.columns.find(({ name }) => name === 'noise')?.alerts).toBe(0);
    expect(found.drifted).toBe(true);
    const auc = found.performance.find(({ metric }) => metric === 'auc');
    expect(auc?.estimates).toHaveLength(4);
    expect(auc?.realised.every((value) => value !== null && value > 0.7)).toBe(true);
    const { items } = await workspace.driftSeries.list(ListQuery.parse({ filter: 'drifted = true' }));
    expect(items.map(({ id }) => id)).toEqual([found.id]);
    await workspace.driftSeries.delete(found.id);
    expect((await failureOf(workspace.driftSeries.get(found.id))).code).toBe('drift-series/not-found');
  }, 60_000);

  it('cuts a dataset version by count when no column tells the time', async () => {
    const { workspace } = temp;
    const version = { kind: 'version', versionId } as const;
    const job = await workspace.jobs.wait(
      (await workspace.driftSeries.start(DriftSeriesRequest.parse({ reference: version, current: version })))
        .id,
    );
    expect(job.error).toBeNull();
    const found = await workspace.driftSeries.get((job.result as { seriesId: string }).seriesId);
    expect(found.every).toBe('by 150 rows, since no column tells the time');
    expect(found.columns.reduce((sum, { alerts }) => sum + alerts, 0)).toBeLessThanOrEqual(1);
    expect(found.performanceNote).toContain('No model is named');
  }, 60_000);
});

describe('windows', () => {
  it('are refused at once when there is nothing in them', async () => {
    const start = (request: DriftRequestInput) =>
      failureOf(temp.workspace.drift.start(DriftRequest.parse(request)));
    expect((await start({ reference: baseline, current: { ...requests, fromMs: 9e12 } })).code).toBe(
      'drift-reports/no-requests',
    );
    expect((await start({ reference: baseline, current: { kind: 'version', versionId } })).code).toBe(
      'request/invalid',
    );
    expect((await start({ reference: baseline, current: { kind: 'requests', endpoint: 'none' } })).code).toBe(
      'endpoints/not-found',
    );
  });

  it('may be a slice, and the last so many requests', async () => {
    const found = await report({
      reference: { ...baseline, part: 'training', slice: "region = 'north'" },
      current: { ...requests, last: 10, slice: "region = 'north'" },
      sections: [],
    });
    expect(found.sections).toBeNull();
    expect(found.currentRows).toBeLessThan(120);
    expect(found.columns.find(({ name }) => name === 'bill')?.drifted).toBe(true);
    expect(found.currentName).toBe("last 10 requests of churn where region = 'north'");
  });
});

describe('a monitor of the estimated performance', () => {
  it('gives the figures that are estimated without true values, and alerts when one leaves its range', async () => {
    const { monitors } = temp.workspace;
    const monitor = await monitors.create(
      CreateMonitor.parse({
        name: 'churn estimate',
        watch: { kind: 'estimate', endpoint: 'churn', slice: "region <> 'south'" },
        schedule: { kind: 'cron', cron: '0 6 * * *' },
        rule: { metric: 'auc', when: { kind: 'below', limit: 0.99 } },
      }),
    );
    await monitors.runNow(monitor.id);
    const ended = async () => (await monitors.checks(monitor.id, { limit: 1 }))[0];
    await expect.poll(ended, { timeout: 60_000 }).toMatchObject({ outcome: 'breach' });
    const check = await ended();
    expect(check?.values).toMatchObject({ outOfRange: expect.any(Number), accuracy: expect.any(Number) });
    expect(check?.values.auc).toBeGreaterThan(0.5);
    expect(check?.values.auc).toBeLessThan(0.99);
    await monitors.idle();
    const { items } = await monitors.alerts({ limit: 10 });
    expect(items).toMatchObject([{ monitor: 'churn estimate', state: 'firing' }]);
  }, 90_000);
});
