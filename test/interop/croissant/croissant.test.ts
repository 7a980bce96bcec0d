/** Dataset versions written as Croissant, read by mlcroissant: no errors, the digests hold, and the records are the rows. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { messageOf } from '../../../engine/errors.ts';
import { ImportResult } from '../../../local-api/contract/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { assay } from '../../kit/assay.ts';

const run = promisify(execFile);
const python = process.env.ASSAY_CROISSANT_PYTHON ?? 'python3';
const reader = fileURLToPath(new URL('./read.py', import.meta.url));
const missing = await run(python, ['-c', 'import mlcroissant']).then(
  () => null,
  (thrown: unknown) => messageOf(thrown).trim().split('\n').at(-1),
);
if (missing !== null)
  console.error(`Not run: ${python} lacks mlcroissant (${missing}); name one with ASSAY_CROISSANT_PYTHON`);

const text = [
  'day,carrier code,"50 % <delay>",hours,on time',
  '2026-05-01,AA,1.5,3,true',
  '2026-05-02,DL,,4,false',
  '2026-05-03,"Ünited, Inc",-2.25,5,true',
].join('\n');
const records = [
  ['2026-05-01T00:00:00', 'AA', 1.5, 3, true],
  ['2026-05-02T00:00:00', 'DL', null, 4, false],
  ['2026-05-03T00:00:00', 'Ünited, Inc', -2.25, 5, true],
];

describe.skipIf(missing !== null)('Croissant', () => {
  let api: TestApi;
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-croissant-'));
    api = await startTestApi();
    await api.workspace.announce(api.url);
    const job = await api.client.datasets.import({
      body: { dataset: 'flights', source: { kind: 'text', text } },
    });
    expect(ImportResult.parse((await api.workspace.jobs.wait(job.id)).result).rows).toBe(3);
    const schema = {
      columns: [{ name: 'hours', rules: [{ kind: 'range' as const, min: 0 }] }],
      rows: [{ kind: 'key' as const, columns: ['carrier code'] }],
    };
    await api.client.dataSchemas.save({ params: { dataset: 'flights' }, body: { schema } });
  });
  afterAll(async () => {
    await api.close();
    await rm(dir, { recursive: true, force: true });
  });

  test.each(['parquet', 'csv'])('with rows as %s is read by mlcroissant without errors', async (format) => {
    const out = join(dir, format);
    const asked = ['schema', 'export', 'flights@1', '--format', 'croissant', '--data', format, '--out', out];
    const about = ['--license', 'CC-BY-4.0', '--url', 'https://example.org/flights', '--creator', 'Ada'];
    const written = await assay([...asked, ...about, '--workspace', api.workspace.dir]);
    expect(written.stderr).not.toContain('Error');
    const { stdout } = await run(python, ['-W', 'ignore', reader, join(out, 'croissant.json')], { cwd: out });
    const read: { errors: string[]; warnings: string[]; records: Record<string, unknown>[] } =
      JSON.parse(stdout);
    expect(read.errors).toEqual([]);
    expect(read.warnings.every((warning) => warning.includes('citeAs'))).toBe(true);
    expect(read.records.map((record) => Object.values(record))).toEqual(records);
  });

  test('tells of a file that was changed', async () => {
    const out = join(dir, 'csv');
    await writeFile(join(out, 'flights-v1.csv'), 'other\n');
    await expect(
      run(python, ['-W', 'ignore', reader, join(out, 'croissant.json')], { cwd: out }),
    ).rejects.toThrow(/[Hh]ash/);
  });
});
