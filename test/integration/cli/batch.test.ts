import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { assay, assayJson } from '../../kit/assay.ts';
import { registerModel } from '../../kit/models/register-model.ts';
import { lateModel } from '../../kit/models/sample-models.ts';
import { tempWorkspace } from '../../kit/workspace.ts';

let dir: string;
let close: () => Promise<void>;

beforeAll(async () => {
  const temp = await tempWorkspace({ startJobs: false });
  await registerModel(temp.workspace, 'late', lateModel(), { aliases: ['champion'] });
  // The commands open the folder themselves.
  await temp.workspace.close();
  dir = temp.dir;
  close = temp.close;
});
afterAll(() => close());

const Batch = z.object({ state: z.string(), predicted: z.int(), rejected: z.int(), path: z.string() });

describe('assay batch', () => {
  test('predicts a file, writes the answers and what was kept aside', async () => {
    const files = mkdtempSync(join(tmpdir(), 'assay-batch-cli-'));
    try {
      const data = join(files, 'points.csv');
      writeFileSync(data, 'id,x\na,-5\nb,5\nc,far\n');
      const [out, rejects] = [join(files, 'out.csv'), join(files, 'rejects.csv')];
      const batch = Batch.parse(
        await assayJson([
          ...['batch', 'late@champion', '--file', data, '--keep', 'id', '--no-probabilities'],
          ...['--out', out, '--rejects', rejects, '-w', dir],
        ]),
      );
      expect(batch).toMatchObject({ state: 'succeeded', predicted: 2, rejected: 1, path: out });
      expect(readFileSync(out, 'utf8')).toBe('row,id,label\n0,a,on time\n1,b,late\n');
      expect(readFileSync(rejects, 'utf8')).toContain('far');

      const wrong = join(files, 'wrong.csv');
      writeFileSync(wrong, 'id,y\na,1\n');
      const refused = await assay([
        'batch',
        'late',
        '--file',
        wrong,
        '--out',
        join(files, 'no.csv'),
        '-w',
        dir,
      ]);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('the column "x" is absent');
      expect(existsSync(join(files, 'no.csv'))).toBe(false);
      const which = await assay(['batch', 'late', '-w', dir]);
      expect([which.code, which.stderr]).toEqual([2, expect.stringContaining('Which rows?')]);
    } finally {
      rmSync(files, { recursive: true, force: true });
    }
  });
});

describe('assay schedule', () => {
  test('adds, lists, pauses and deletes a schedule by its name', async () => {
    const files = mkdtempSync(join(tmpdir(), 'assay-schedule-cli-'));
    try {
      const data = join(files, 'points.csv');
      writeFileSync(data, 'x\n1\n');
      const add = ['schedule', 'add', 'nightly', '--model', 'late', '--file', data, '-w', dir];
      const bad = await assay([...add, '--cron', '0 25 * * *']);
      expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('25')]);
      expect(await assayJson([...add, '--cron', '0 6 * * *', '--time-zone', 'Asia/Tokyo'])).toMatchObject({
        name: 'nightly',
        cron: '0 6 * * *',
        timeZone: 'Asia/Tokyo',
        catchUp: 'skip',
      });
      expect(await assayJson(['schedule', 'pause', 'nightly', '-w', dir])).toMatchObject({ isPaused: true });
      const listed = await assay(['schedule', '-w', dir]);
      expect(listed.stdout).toMatch(
        /nightly +predict a file with late +0 6 \* \* \* \(Asia\/Tokyo\) +paused/,
      );
      expect(await assayJson(['schedule', 'delete', 'nightly', '-w', dir])).toEqual({ deleted: 'nightly' });
      expect((await assay(['schedule', 'show', 'nightly', '-w', dir])).code).toBe(3);
    } finally {
      rmSync(files, { recursive: true, force: true });
    }
  });
});
