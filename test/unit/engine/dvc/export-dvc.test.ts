import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteText, withDuckDb } from '../../../../engine/duckdb/index.ts';
import { type DvcExportInput, run } from '../../../../engine/dvc/export-job.ts';
import { exportPlace } from '../../../../engine/dvc/export-place.ts';
import type { DvcExportResult } from '../../../../local-api/contract/index.ts';
import { failureOf, testFolder } from '../../../kit/data/snapshots.ts';
import { dvcRepository } from '../../../kit/dvc.ts';
import { farEnd } from '../../../kit/remotes/far-end.ts';
import { farS3 } from '../../../kit/remotes/far-s3.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';

const ROWS = 'id,name\n1,a\n2,b\n';
const md5Of = (text: string): string => createHash('md5').update(text).digest('hex');
const keyOf = (md5: string): string => `files/md5/${md5.slice(0, 2)}/${md5.slice(2)}`;

const snapshots = testFolder();
const snapshot = join(snapshots.path, 'snapshot.parquet');
beforeAll(async () => {
  await withDuckDb({ readable: [], folders: [snapshots.path], memoryMb: 256 }, (db) =>
    db.rows(`COPY (FROM (VALUES (1, 'a'), (2, 'b')) t(id, name)) TO ${quoteText(snapshot)}`),
  );
});
afterAll(() => snapshots.remove());

/** Writes a version of two rows. */
async function write(
  folder: string,
  out: string,
  more: Partial<DvcExportInput> = {},
): Promise<DvcExportResult> {
  const tmpDir = tempFolder();
  const input: DvcExportInput = {
    folder,
    out,
    force: false,
    push: null,
    stores: {},
    hidden: [],
    files: [snapshot],
    title: 'names-v3',
    rows: 2,
    request: { format: 'csv', compress: 'none' },
    memoryMb: 256,
    meta: { dataset: 'names', version: 3, digest: 'sha256:0' },
    ...more,
  };
  const signal = new AbortController().signal;
  return run({ input, tmpDir, signal, progress() {}, log() {}, send() {}, async room() {} });
}

describe('a version for DVC', () => {
  it('comes to the cache, to its place, into a .dvc file and past git, as "dvc add" leaves them', async () => {
    const root = await dvcRepository(tempFolder());
    const made = await write(root, 'data/new/names.csv');
    const md5 = md5Of(ROWS);
    expect(made).toMatchObject({
      name: 'data/new/names.csv',
      md5,
      sizeBytes: 16,
      rows: 2,
      created: true,
      pushed: null,
    });
    expect(readFileSync(join(root, 'data/new/names.csv'), 'utf8')).toBe(ROWS);
    const cached = join(root, '.dvc/cache', keyOf(md5));
    expect(readFileSync(cached, 'utf8')).toBe(ROWS);
    expect(statSync(cached).mode & 0o777).toBe(0o444);
    expect(readFileSync(made.dvcFile, 'utf8')).toBe(
      `outs:\n- md5: ${md5}\n  size: 16\n  hash: md5\n  path: names.csv\n  meta:\n    assay:\n      dataset: names\n      version: 3\n      digest: sha256:0\n`,
    );
    expect(readFileSync(join(root, 'data/new/.gitignore'), 'utf8')).toBe('/names.csv\n');
  });

  it('makes nothing new the second time, and makes good what went missing', async () => {
    const root = await dvcRepository(tempFolder());
    const { md5 } = await write(root, 'names.csv');
    expect(await write(root, 'names.csv')).toMatchObject({ created: false, ignoredIn: null });
    rmSync(join(root, '.dvc/cache', keyOf(md5)));
    expect((await write(root, 'names.csv')).created).toBe(true);
    expect(existsSync(join(root, '.dvc/cache', keyOf(md5)))).toBe(true);
  });

  it('replaces content that the cache has, and keeps what people wrote in the .dvc file', async () => {
    const root = await dvcRepository(tempFolder());
    const file = join(root, 'data/flights.csv.dvc');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, `# of the airport\n${text}  desc: all of them\n`);
    await write(root, 'data/flights.csv');
    const after = readFileSync(file, 'utf8');
    expect(after).toContain('# of the airport');
    expect(after).toContain('desc: all of them');
    expect(after).toContain(md5Of(ROWS));
    expect(readFileSync(join(root, 'data/.gitignore'), 'utf8').match(/flights/g)).toHaveLength(1);
  });

  it('is linked to the cache where DVC is set up so', async () => {
    const root = await dvcRepository(tempFolder());
    writeFileSync(join(root, '.dvc/config.local'), '[cache]\n type = "reflink,symlink"\n');
    const { path, md5 } = await write(root, 'names.csv');
    expect(statSync(path).ino).toBe(statSync(join(root, '.dvc/cache', keyOf(md5))).ino);
  });
});

describe('what would be lost is not overwritten', () => {
  const spoil: Record<string, [string, (root: string) => void, RegExp]> = {
    'a file that DVC does not keep': [
      'other.csv',
      (root) => writeFileSync(join(root, 'other.csv'), 'mine'),
      /DVC does not keep it/,
    ],
    'changes since DVC took it': [
      'data/flights.csv',
      (root) => writeFileSync(join(root, 'data/flights.csv'), 'mine'),
      /has changed since DVC took it/,
    ],
    'the only copy': [
      'data/flights.csv',
      (root) => rmSync(join(root, '.dvc/cache'), { recursive: true }),
      /the only copy/,
    ],
  };
  it.each(Object.keys(spoil))('%s, but with force', async (what) => {
    const root = await dvcRepository(tempFolder());
    const [out, change, message] = spoil[what] ?? expect.fail();
    change(root);
    const before = readFileSync(join(root, out), 'utf8');
    const { code, message: told } = await failureOf(write(root, out));
    expect([code, told]).toEqual(['dvc/would-overwrite', expect.stringMatching(message)]);
    expect(readFileSync(join(root, out), 'utf8')).toBe(before);
    await write(root, out, { force: true });
    expect(readFileSync(join(root, out), 'utf8')).toBe(ROWS);
  });

  it.each([
    ['data/clean.csv', 'dvc/would-overwrite', /made by the stage "clean"/],
    ['data/parts/part-3.csv', 'dvc/would-overwrite', /which DVC keeps as a whole/],
    ['tables/kept-by-git.csv', 'dvc/would-overwrite', /kept by git/],
    ['data', 'dvc/would-overwrite', /is a folder/],
    ['../names.csv', 'request/invalid', /does not lie in the repository/],
    ['linked/names.csv', 'request/invalid', /does not lie in the repository/],
    ['.dvc/names.csv', 'request/invalid', /of DVC or git itself/],
    ['dvc.yaml', 'request/invalid', /of DVC or git itself/],
  ])('nothing is written to %s, with force or without', async (out, code, message) => {
    const root = await dvcRepository(tempFolder());
    symlinkSync(tempFolder(), join(root, 'linked'));
    expect(await failureOf(exportPlace(root, out))).toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('nothing is written where no repository is, or over an import', async () => {
    expect(await failureOf(exportPlace(tempFolder(), 'a.csv'))).toMatchObject({
      code: 'dvc/not-a-repository',
    });
    const root = await dvcRepository(tempFolder());
    writeFileSync(
      join(root, 'far.csv.dvc'),
      `deps:\n- path: a.csv\n  repo:\n    url: https://example.com/r\nouts:\n- md5: ${md5Of('')}\n  hash: md5\n  path: far.csv\n`,
    );
    expect(await failureOf(exportPlace(root, 'far.csv'))).toMatchObject({
      message: expect.stringContaining('https://example.com/r'),
    });
  });
});

describe('a remote', () => {
  it('that is a folder gets the file where DVC looks for it', async () => {
    const root = await dvcRepository(tempFolder());
    const { pushed, md5 } = await write(root, 'names.csv', { push: '' });
    expect(pushed).toEqual({ remote: 'store', where: join(root, '../remote', keyOf(md5)), sent: true });
    expect(readFileSync(join(root, '../remote', keyOf(md5)), 'utf8')).toBe(ROWS);
    expect((await write(root, 'names.csv', { push: 'Store' })).pushed?.sent).toBe(false);
  });

  it('that is a bucket gets it below its prefix; one that is a web address gets nothing, and says so', async () => {
    const root = await dvcRepository(tempFolder());
    const far = await farS3();
    const web = await farEnd(() => ({ status: 404 }));
    writeFileSync(
      join(root, '.dvc/config'),
      `['remote "s3"']\n url = s3://models/a/b\n endpointurl = ${far.origin}\n['remote "web"']\n url = ${web.origin}\n`,
    );
    const settings = { bucket: 'models', endpoint: far.origin, accessKeyId: 'a', secretAccessKey: 's' };
    const { md5 } = await write(root, 'names.csv', { push: 's3', stores: { s3: { kind: 's3', settings } } });
    expect(far.objects.get(`a/b/${keyOf(md5)}`)?.bytes.toString()).toBe(ROWS);
    const { code, message } = await failureOf(write(root, 'names.csv', { push: 'web' }));
    expect([code, message]).toEqual([
      'targets/unsupported',
      expect.stringContaining('is in the repository, but was not sent'),
    ]);
    expect(await failureOf(write(root, 'names.csv', { push: 'nowhere' }))).toMatchObject({
      code: 'request/invalid',
      problems: [{ path: '/push', expected: 's3, web' }],
    });
  });
});
