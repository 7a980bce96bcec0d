import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseIni } from '../../../../engine/dvc/dvc-config.ts';
import { readDvc } from '../../../../engine/dvc/index.ts';
import { parseDvcFile } from '../../../../engine/dvc/parse-dvc.ts';
import { failureOf } from '../../../kit/data/snapshots.ts';
import { dvcRepository } from '../../../kit/dvc.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';

const read = (path: string, output: string | null = null) =>
  readDvc(
    { path, output, remote: null, stores: {} },
    {
      folder: join(tempFolder(), 'work'),
      progress() {},
      headFiles: null,
      mostFiles: 2,
      hasRows: (name) => name.endsWith('.csv'),
    },
  );

/** A repository with nothing in it but this `.dvc` file. */
function repositoryWith(text: string): string {
  const root = tempFolder();
  mkdirSync(join(root, '.dvc'));
  writeFileSync(join(root, 'a.csv.dvc'), text);
  return join(root, 'a.csv.dvc');
}
const MD5 = 'a7b01389b71e06425dd8ebd2b07845c9';

describe('a file of DVC that cannot be used', () => {
  it('is refused with all that is wrong with it at once', async () => {
    const text = `outs:
- md5: abc
  path: ../../secret.csv
- path: b.csv
- md5: ${MD5}
  hash: sha256
  path: s3://bucket/c.csv
- md5: ${MD5}
  hash: md5
- etag: '"x"'
  path: e.csv
`;
    const { code, problems } = await failureOf(read(repositoryWith(text)));
    expect(code).toBe('dvc/bad-file');
    expect((problems as { path: string }[]).map(({ path }) => path)).toEqual([
      '/outs/0/path',
      '/outs/0/md5',
      '/outs/1/md5',
      '/outs/2/path',
      '/outs/2/hash',
      '/outs/3/path',
      '/outs/4/md5',
    ]);
  });

  it.each([
    ['has no outputs', 'deps: []\n', /"outs" is missing/],
    ['has an empty list of them', 'outs: []\n', /names no outputs/],
    ['is no YAML', 'outs: [\n- {', /no YAML/],
    ['is another document', 'just text', /expected/i],
    ['is empty', '', /expected/i],
    ['nests without end', `outs: ${'['.repeat(20_000)}`, /no YAML/],
    [
      'repeats itself without end behind aliases',
      `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghi'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(', ')}]`)
        .join('\n')}\nouts: *i\n`,
      /no YAML.*alias/i,
    ],
  ])('%s', async (_, text, message) => {
    const failure = await failureOf(read(repositoryWith(text)));
    expect(failure).toMatchObject({ code: 'dvc/bad-file', message: expect.stringMatching(message) });
  });

  it('is too long', async () => {
    const { code, message } = await failureOf(read(repositoryWith(`# ${'x'.repeat(9 * 1024 ** 2)}`)));
    expect([code, message]).toEqual(['dvc/bad-file', expect.stringContaining('longer than 8 MB')]);
  });

  it('is told from others beside it, which can be used', async () => {
    const root = await dvcRepository(tempFolder());
    writeFileSync(join(root, 'bad.csv.dvc'), 'outs: 5');
    expect((await read(root, 'data/flights.csv')).files).toHaveLength(1);
  });
});

describe('the list of a directory', () => {
  const listOf = async (list: string, output: string | null = null) => {
    const root = await dvcRepository(tempFolder());
    const { createHash } = await import('node:crypto');
    const md5 = createHash('md5').update(list).digest('hex');
    mkdirSync(join(root, '.dvc/cache/files/md5', md5.slice(0, 2)), { recursive: true });
    writeFileSync(join(root, '.dvc/cache/files/md5', md5.slice(0, 2), `${md5.slice(2)}.dir`), list);
    writeFileSync(join(root, 'p.dvc'), `outs:\n- md5: ${md5}.dir\n  hash: md5\n  path: p\n`);
    return failureOf(read(join(root, 'p.dvc'), output));
  };

  it('may lead nowhere else: every path that would is refused', async () => {
    const paths = [
      '../a.csv',
      '/etc/passwd',
      'a/../../b.csv',
      'C:\\a.csv',
      'a\\..\\b.csv',
      '',
      'a//b.csv',
      'a\u0000.csv',
    ];
    const { code, problems } = await listOf(JSON.stringify(paths.map((relpath) => ({ md5: MD5, relpath }))));
    expect(code).toBe('dvc/bad-file');
    expect(problems).toHaveLength(paths.length);
  });

  it.each([
    ['no JSON', 'dvc/bad-file', '{"md5":'],
    ['no list', 'dvc/bad-file', '{}'],
    ['entries without MD5', 'dvc/bad-file', '[{"relpath": "a.csv"}]'],
    ['no file with rows', 'datasets/source-not-found', JSON.stringify([{ md5: MD5, relpath: 'a.md' }])],
    [
      'more files than one table is read from',
      'datasets/unsupported-format',
      JSON.stringify([1, 2, 3].map((n) => ({ md5: MD5, relpath: `${n}.csv` }))),
    ],
  ])('with %s is refused', async (_, code, list) => {
    expect(await listOf(list)).toMatchObject({ code });
  });
});

it('a link out of the repository is not followed', async () => {
  const root = await dvcRepository(tempFolder());
  const outside = join(tempFolder(), 'flights.csv');
  writeFileSync(outside, readFileSync(join(root, 'data/flights.csv')));
  rmSync(join(root, 'data/flights.csv'));
  symlinkSync(outside, join(root, 'data/flights.csv'));
  expect((await read(join(root, 'data/flights.csv.dvc'))).files[0]?.path).toContain('.dvc/cache');
});

it('an MD5 that looks like a number is text', () => {
  const md5 = '12345678901234567890123456789e12';
  const { outputs } = parseDvcFile(`outs:\n- md5: ${md5}\n  hash: md5\n  path: a.csv\n`, 'a.csv.dvc');
  expect(outputs[0]?.content.md5).toBe(md5);
});

it('settings of DVC are read as it writes them', () => {
  const text = `# mine
[core]
    remote = Store # the usual
    autostage = true
['remote "Store"']
    url = "s3://bucket/with # in it"
    endpointurl = 'http://127.0.0.1:9000'
[cache]
    type = "reflink,hardlink"
`;
  expect([...parseIni(text)].map(([name, section]) => [name, Object.fromEntries(section)])).toEqual([
    ['core', { remote: 'Store', autostage: 'true' }],
    ['remote "store"', { url: 's3://bucket/with # in it', endpointurl: 'http://127.0.0.1:9000' }],
    ['cache', { type: 'reflink,hardlink' }],
  ]);
});

describe('a repository of DVC 2', () => {
  it('names texts with the line ends of DOS as if they had others', async () => {
    const root = await dvcRepository(tempFolder(), 'repository-2');
    const path = join(root, 'data/dos.csv.dvc');
    const text = readFileSync(join(root, 'data/dos.csv'), 'utf8');
    expect(text).toContain('\r\n');
    expect((await read(path)).files[0]?.path).toBe(join(root, 'data/dos.csv'));
  });

  it.each(['.dvc/cache', '../remote'])('is read from %s alone', async (place) => {
    const root = await dvcRepository(tempFolder(), 'repository-2');
    const dvcFile = readFileSync(join(root, 'data/dos.csv.dvc'));
    rmSync(join(root, 'data'), { recursive: true });
    rmSync(join(root, place === '../remote' ? '.dvc/cache' : '../remote'), { recursive: true });
    mkdirSync(join(root, 'data'));
    writeFileSync(join(root, 'data/dos.csv.dvc'), dvcFile);
    const { files } = await read(join(root, 'data/dos.csv.dvc'));
    expect(readFileSync(files[0]?.path ?? '', 'utf8')).toBe('carrier,delay\r\nHA,5\r\n');
  });
});
