import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QuickstartResult } from '../../../local-api/contract/index.ts';
import { assayJson } from '../../kit/assay.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-quickstart-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

const quickstart = async (workspace: string): Promise<QuickstartResult> =>
  QuickstartResult.parse(
    await assayJson(['quickstart', '--rows', '20000', '--workspace', join(dir, workspace)]),
  );

describe('assay quickstart', () => {
  it('runs the whole loop, and gives the same bytes in another workspace and the second time', {
    timeout: 240_000,
  }, async () => {
    const first = await quickstart('one');
    expect(first.dataset.reference.rows).toBeGreaterThanOrEqual(200_000);
    expect(first.dataset.current.rows).toBeGreaterThanOrEqual(200_000);
    expect(first.runs.map((run) => run.trainer).sort()).toEqual(['gbdt', 'linear', 'mlp', 'prior']);
    expect(first.best.runId).toBe(first.runs[0]?.id);
    const auc = (trainer: string) => first.runs.find((run) => run.trainer === trainer)?.metrics.auc ?? 0;
    expect(auc('prior')).toBe(0.5);
    expect(auc(first.best.trainer)).toBeGreaterThan(0.55);
    expect(first.model).toMatchObject({ name: 'late-flights', version: '1.0.0' });
    expect(first.parity.rows).toBe(1000);
    expect(first.parity.maxAbsDiff).toBeLessThanOrEqual(1e-6);
    expect(first.drift.columns.length).toBeGreaterThanOrEqual(3);
    expect(first.drift.columns.find((column) => column.name === 'delay')).toMatchObject({
      level: 'drifted',
      pAdjusted: expect.closeTo(0, 6),
    });

    expect(first.export.files).toEqual(
      expect.arrayContaining(['model.onnx', 'MLmodel', 'signature.json', 'card.md', 'example-request.json']),
    );
    const model = await readFile(join(first.export.path, 'model.onnx'));
    const session = await InferenceSession.create(model);
    expect([...session.inputNames].sort()).toEqual(['date', 'destination', 'distance', 'origin']);

    const [elsewhere, again] = [await quickstart('two'), await quickstart('one')];
    expect(elsewhere.model.digest).toBe(first.model.digest);
    expect(elsewhere.dataset.reference.digest).toBe(first.dataset.reference.digest);
    expect(again.model).toEqual(first.model);
  });
});
