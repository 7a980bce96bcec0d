import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DvcRequest, type ReadDvc, readDvc } from '../../../../engine/dvc/index.ts';
import { dvcRepository } from '../../../kit/dvc.ts';
import { farEnd } from '../../../kit/remotes/far-end.ts';
import { farS3 } from '../../../kit/remotes/far-s3.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';

const FLIGHTS = 'carrier,delay\nAA,5\nUA,-3\n';
/** As DVC 3 names it. */
const FLIGHTS_MD5 = 'a7b01389b71e06425dd8ebd2b07845c9';

function read(
  path: string,
  more: Partial<DvcRequest> = {},
  headFiles: number | null = null,
): Promise<ReadDvc> {
  return readDvc(
    { path, output: null, remote: null, stores: {}, ...more },
    {
      folder: join(tempFolder(), 'work'),
      progress() {},
      headFiles,
      mostFiles: 100,
      hasRows: (name) => name.endsWith('.csv'),
    },
  );
}
const md5Of = (text: string): string => createHash('md5').update(text).digest('hex');
const texts = ({ files }: ReadDvc): string[] => files.map(({ path }) => readFileSync(path, 'utf8'));
const failure = (reading: Promise<unknown>) =>
  reading.then(
    () => expect.fail('it was read'),
    (thrown: { code: string; message: string; problems?: { path: string; message: string }[] }) => thrown,
  );

describe('a file that DVC added', () => {
  it('is read in the repository while its MD5 fits', async () => {
    const root = await dvcRepository(tempFolder());
    const { found, files } = await read(join(root, 'data/flights.csv.dvc'));
    expect(files).toEqual([{ path: join(root, 'data/flights.csv'), name: 'flights.csv', sizeBytes: 25 }]);
    expect(found).toMatchObject({
      root,
      path: 'data/flights.csv',
      file: 'data/flights.csv.dvc',
      stage: null,
      files: 1,
    });
    expect(found.commit).toBe(readFileSync(join(root, '.git/refs/heads/main'), 'utf8').trim());
  });

  it.each([
    [
      'the cache',
      'changed',
      (root: string) => writeFileSync(join(root, 'data/flights.csv'), 'carrier,delay\nAA,6\nUA,-3\n'),
    ],
    ['the cache', 'gone', (root: string) => rmSync(join(root, 'data/flights.csv'))],
    [
      'the remote',
      'gone with the cache',
      (root: string) => {
        rmSync(join(root, 'data/flights.csv'));
        rmSync(join(root, '.dvc/cache'), { recursive: true });
      },
    ],
  ])('comes from %s when it is %s', async (_where, _how, change) => {
    const root = await dvcRepository(tempFolder());
    change(root);
    expect(texts(await read(join(root, 'data/flights.csv.dvc')))).toEqual([FLIGHTS]);
  });

  it('is found in a cache that lies elsewhere, as the settings of this copy say', async () => {
    const root = await dvcRepository(tempFolder());
    rmSync(join(root, 'data/flights.csv'));
    renameSync(join(root, '.dvc/cache'), join(root, '../shared cache'));
    writeFileSync(join(root, '.dvc/config.local'), '[cache]\n    dir = "../../shared cache" # of the team\n');
    const { files } = await read(join(root, 'data/flights.csv.dvc'));
    expect(files[0]?.path).toContain('shared cache');
  });

  it('is refused with every place, what was expected and what was found', async () => {
    const root = await dvcRepository(tempFolder());
    const cached = join(root, '.dvc/cache/files/md5/a7/b01389b71e06425dd8ebd2b07845c9');
    writeFileSync(join(root, 'data/flights.csv'), 'other');
    writeFileSync(cached, 'damaged');
    rmSync(join(root, '../remote'), { recursive: true });
    const { code, message, problems = [] } = await failure(read(join(root, 'data/flights.csv.dvc')));
    expect(code).toBe('dvc/mismatch');
    expect(message).toContain(FLIGHTS_MD5);
    expect(problems).toMatchObject([
      { path: 'data/flights.csv', message: 'has 5 bytes instead of 25', expected: FLIGHTS_MD5 },
      { path: cached, message: `has the MD5 ${md5Of('damaged')}` },
      { message: 'the remote "store" lacks it' },
    ]);
  });

  it('says so when a damaged cache was made good by the remote', async () => {
    const root = await dvcRepository(tempFolder());
    rmSync(join(root, 'data/flights.csv'));
    writeFileSync(join(root, '.dvc/cache/files/md5/a7/b01389b71e06425dd8ebd2b07845c9'), 'damaged');
    const reading = await read(join(root, 'data/flights.csv.dvc'));
    expect(texts(reading)).toEqual([FLIGHTS]);
    expect(reading.warnings).toEqual([expect.stringContaining('it was read from the remote "store"')]);
  });

  it('is read alone too, where there is no repository around it', async () => {
    const root = await dvcRepository(tempFolder());
    const alone = tempFolder();
    for (const name of ['flights.csv', 'flights.csv.dvc'])
      writeFileSync(join(alone, name), readFileSync(join(root, 'data', name)));
    expect(texts(await read(join(alone, 'flights.csv.dvc')))).toEqual([FLIGHTS]);
  });
});

describe('a directory', () => {
  it('gives its files in the order of their names, 2 before 10, without what holds no rows', async () => {
    const root = await dvcRepository(tempFolder());
    const { found, files } = await read(join(root, 'data/parts.dvc'));
    expect(files.map(({ name }) => name)).toEqual(['part-1.csv', 'part-2.csv', 'part-10.csv']);
    expect(found).toMatchObject({
      path: 'data/parts',
      files: 3,
      md5: expect.stringMatching(/^[0-9a-f]{32}\.dir$/),
    });
  });

  it.each([
    ['part-1?.csv', ['part-10.csv']],
    ['data/parts/part-2.csv', ['part-2.csv']],
    ['notes', ['notes/über.md']],
  ])('gives those that "%s" names', async (output, names) => {
    const root = await dvcRepository(tempFolder());
    const reading = await read(join(root, 'data/parts.dvc'), { output });
    expect(reading.files.map(({ name }) => name)).toEqual(names);
  });

  it('is put together from the repository, the cache and the remote, file by file', async () => {
    const root = await dvcRepository(tempFolder());
    rmSync(join(root, 'data/parts/part-1.csv'));
    rmSync(join(root, 'data/parts/part-2.csv'));
    const cached = join(root, '.dvc/cache/files/md5');
    for (const key of ['ca/eff5ed465d6fb4948587e1efc31fba']) rmSync(join(cached, key), { force: true });
    expect(texts(await read(join(root, 'data/parts.dvc')))).toEqual([
      'carrier,delay\nAA,1\n',
      'carrier,delay\nUA,2\nDL,3\n',
      'carrier,delay\nB6,10\n',
    ]);
  });

  it('is looked at by its first files alone for a preview', async () => {
    const root = await dvcRepository(tempFolder());
    const { files, found, warnings } = await read(join(root, 'data/parts.dvc'), {}, 2);
    expect(files).toHaveLength(2);
    expect(found.files).toBe(3);
    expect(warnings).toEqual(['The preview looks at the first 2 of 3 files']);
  });
});

describe('a pipeline', () => {
  it.each([
    ['dvc.lock', 'train.csv'],
    ['dvc.yaml', 'split@train'],
    ['.', 'train.csv'],
  ])('gives the output that is named, from %s by %s', async (path, output) => {
    const root = await dvcRepository(tempFolder());
    const reading = await read(join(root, path), { output });
    expect(texts(reading)).toEqual(['id,part\n1,train\n']);
    expect(reading.found).toMatchObject({ path: 'train.csv', file: 'dvc.lock', stage: 'split@train' });
  });

  it('takes paths of a stage from the folder it works in', async () => {
    const root = await dvcRepository(tempFolder());
    expect((await read(join(root, 'dvc.lock'), { output: 'clean' })).found.path).toBe('data/clean.csv');
  });

  it('names its outputs where none, or none of them, is meant', async () => {
    const root = await dvcRepository(tempFolder());
    for (const output of [null, 'valid.csv']) {
      const { code, problems } = await failure(read(join(root, 'dvc.lock'), { output }));
      expect(code).toBe('request/invalid');
      expect(problems).toMatchObject([
        { path: '/source/output', expected: 'data/clean.csv, train.csv, test.csv' },
      ]);
    }
  });
});

describe('remotes', () => {
  it('in a bucket are read with the connection that leads there', async () => {
    const root = await dvcRepository(tempFolder());
    const far = await farS3();
    const bytes = Buffer.from(FLIGHTS);
    far.objects.set(`dvc/files/md5/a7/${FLIGHTS_MD5.slice(2)}`, { bytes, etag: '"1"', sha256: undefined });
    writeFileSync(
      join(root, '.dvc/config'),
      `[core]\n remote = s3\n['remote "s3"']\n url = s3://models/dvc\n endpointurl = ${far.origin}\n`,
    );
    rmSync(join(root, '.dvc/cache'), { recursive: true });
    rmSync(join(root, 'data/flights.csv'));
    const settings = { bucket: 'models', endpoint: far.origin, accessKeyId: 'a', secretAccessKey: 's' };
    const store = { kind: 's3', settings };
    const unknown = await failure(read(join(root, 'data/flights.csv.dvc')));
    expect(unknown.code).toBe('sources/unauthorized');
    expect(texts(await read(join(root, 'data/flights.csv.dvc'), { stores: { s3: store } }))).toEqual([
      FLIGHTS,
    ]);
  });

  it('at a web address are read, and what is not there is said to be missing', async () => {
    const root = await dvcRepository(tempFolder());
    const far = await farEnd(({ url }) =>
      url.pathname.startsWith('/dvc/files/md5/a7/') ? { status: 200, body: FLIGHTS } : { status: 404 },
    );
    writeFileSync(join(root, '.dvc/config'), `['remote "web"']\n url = ${far.origin}/dvc/\n`);
    rmSync(join(root, '.dvc/cache'), { recursive: true });
    rmSync(join(root, 'data'), { recursive: true });
    mkdirSync(join(root, 'data'));
    for (const md5 of [FLIGHTS_MD5, '0'.repeat(32)])
      writeFileSync(
        join(root, `data/${md5}.csv.dvc`),
        `outs:\n- md5: ${md5}\n  hash: md5\n  path: ${md5}.csv\n`,
      );
    expect(texts(await read(join(root, `data/${FLIGHTS_MD5}.csv.dvc`), { remote: 'web' }))).toEqual([
      FLIGHTS,
    ]);
    const { code } = await failure(read(join(root, `data/${'0'.repeat(32)}.csv.dvc`), { remote: 'web' }));
    expect(code).toBe('dvc/content-missing');
  });

  it('of kinds that are not read here are named as such', async () => {
    const root = await dvcRepository(tempFolder());
    writeFileSync(join(root, '.dvc/config'), '[\'remote "far"\']\n url = ssh://host/dvc\n');
    rmSync(join(root, '.dvc/cache'), { recursive: true });
    rmSync(join(root, 'data/flights.csv'));
    const { code, message } = await failure(read(join(root, 'data/flights.csv.dvc'), { remote: 'far' }));
    expect(code).toBe('sources/refused');
    expect(message).toContain('(ssh)');
  });
});
