import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FoldTask, WorkerInput } from '../../../../../engine/training/study/fold-task.ts';
import { createTrialPool } from '../../../../../engine/training/study/trial-pool.ts';
import { Recipe } from '../../../../../local-api/contract/index.ts';

const trainer = { kind: 'prior' } as const;
const recipe = Recipe.parse({ task: 'regression', dataset: 'v', target: { column: 'y' }, trainer });
const input: WorkerInput = {
  recipe,
  plan: {
    columns: [],
    extras: [],
    target: { name: 'y', sql: '"y"', type: 'float' },
    timeColumn: null,
    warnings: [],
  },
  dataset: { files: [], name: 'made', version: 1, digest: '' },
  assayVersion: '0.0.0',
};

test('many tasks at once are done by no more workers than there may be, which are kept', async () => {
  const tmpDir = mkdtempSync(join(tmpdir(), 'assay-pool-'));
  const pool = createTrialPool({
    input,
    workers: 2,
    memoryMb: 512,
    seconds: 600,
    tmpDir,
    script: new URL('../../../../kit/pid-worker-process.ts', import.meta.url),
    log() {},
  });
  try {
    const task: FoldTask = { recipe, on: { scope: null, fold: 0 }, rowShare: 1, isMeasured: false };
    const { signal } = new AbortController();
    const results = await Promise.all(Array.from({ length: 60 }, () => pool.fit(task, signal)));
    expect(results).toHaveLength(60);
    expect(new Set(results.map(({ seconds }) => seconds)).size).toBeLessThanOrEqual(2);
  } finally {
    await pool.close();
    rmSync(tmpDir, { recursive: true, force: true });
  }
});
