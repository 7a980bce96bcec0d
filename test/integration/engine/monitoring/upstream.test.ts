import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type DriftPreset,
  type DriftReport,
  DriftRequest,
  ImportRequest,
  ImportResult,
  TransformDefinition,
} from '../../../../local-api/contract/index.ts';
import { type TempWorkspace, tempWorkspace } from '../../../kit/workspace.ts';
import { normals, uniforms } from '../../../unit/engine/monitoring/statistics/golden-windows.ts';

let temp: TempWorkspace;
/** Versions of orders, and what the transform made of the first and of the last. */
const orders: string[] = [];
const paid: string[] = [];

/** Orders with a vector each; `moved` shifts the amount and two numbers of the vector. */
function write(name: string, seed: number, moved: number): string {
  const normal = normals(uniforms(seed));
  const lines = Array.from({ length: 400 }, () =>
    JSON.stringify({
      amount: 20 + 5 * normal() + 5 * moved,
      weight: normal(),
      vector: Array.from({ length: 6 }, (_, k) => normal() + (k < 2 ? moved : 0)),
    }),
  );
  const path = join(temp.dir, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

async function importOrders(path: string): Promise<void> {
  const { data, jobs } = temp.workspace;
  const job = await data.import(ImportRequest.parse({ dataset: 'orders', source: { kind: 'path', path } }));
  orders.push(ImportResult.parse((await jobs.wait(job.id)).result).versionId);
}

async function makePaid(): Promise<void> {
  const { transforms, jobs } = temp.workspace;
  const run = await transforms.run('paid', { force: false });
  if (run.jobId !== null) await jobs.wait(run.jobId);
  paid.push((await transforms.getRun(run.id)).outputs[0]?.versionId ?? '');
}

async function report(
  referenceVersionId?: string,
  currentVersionId?: string,
  preset?: DriftPreset,
): Promise<DriftReport> {
  const { drift, jobs } = temp.workspace;
  const request = DriftRequest.parse({
    referenceVersionId,
    currentVersionId,
    sections: preset === undefined ? ['embedding', 'causes'] : [],
    preset,
  });
  const job = await jobs.wait((await drift.start(request)).id);
  expect(job.error).toBeNull();
  return drift.get((job.result as { reportId: string }).reportId);
}

beforeAll(async () => {
  temp = await tempWorkspace();
  await importOrders(write('orders.jsonl', 1, 0));
  const definition = TransformDefinition.parse({
    inputs: { orders: { dataset: 'orders' } },
    sql: 'SELECT amount * 2 AS twice, weight FROM orders WHERE amount > 0',
    output: 'paid',
  });
  await temp.workspace.transforms.save({ name: 'paid', definition, note: '' });
  await makePaid();
  await importOrders(write('orders.jsonl', 2, 0));
  await importOrders(write('orders.jsonl', 3, 1));
  await importOrders(write('orders.jsonl', 4, 1));
  await makePaid();
}, 180_000);
afterAll(() => temp.close());

test('what a transform read is told with its own drift, back to the file that was read again', async () => {
  const { sections } = await report(paid[0], paid[1]);
  expect(sections?.causes).toMatchObject({
    status: 'done',
    upstream: [
      {
        kind: 'input',
        transform: 'paid',
        from: { dataset: 'orders', version: 1, versionId: orders[0] },
        to: { dataset: 'orders', version: 4, versionId: orders[3] },
        drift: { drifted: ['amount'] },
      },
      { kind: 'content', from: { version: 1 }, to: { version: 4 } },
    ],
    actions: [{ link: '/datasets/orders/diff?from=1&to=4' }],
  });
});

test('the version is named from which on the data are as they are now, and vectors drift with it', async () => {
  const { sections, drifted, driftedColumns, totalColumns, skippedColumns } = await report(
    orders[0],
    orders[3],
  );
  expect(sections?.causes).toMatchObject({
    sinceVersion: { dataset: 'orders', version: 3, column: 'amount', of: 3 },
    upstream: [{ kind: 'content' }],
  });
  expect(sections?.embedding).toMatchObject({
    status: 'done',
    drifted: true,
    embeddings: [{ name: 'vector', source: 'list', dimensions: 6, drifted: true, missing: { current: 0 } }],
  });
  expect({ drifted, driftedColumns, totalColumns, skippedColumns }).toEqual({
    drifted: true,
    driftedColumns: 2,
    totalColumns: 3,
    skippedColumns: [],
  });
});

test('nothing is said to have changed where the versions hold the same', async () => {
  const { sections } = await report(orders[0], orders[1]);
  expect(sections?.embedding).toMatchObject({ drifted: false });
  expect(sections?.causes).toMatchObject({ drifted: false, sinceVersion: null });
});

test('the preset of NannyML learns a threshold for each column from parts of the reference', async () => {
  const { columns, reference } = await report(orders[0], orders[3], 'nannyml');
  const thresholds = columns.map(({ threshold }) => threshold);
  expect(new Set(thresholds).size).toBe(2);
  expect(columns).toMatchObject([
    { name: 'amount', method: 'nannyml-js', drifted: true },
    { name: 'weight', drifted: false },
  ]);
  expect(reference?.notes.join()).toContain('10 parts');
});
