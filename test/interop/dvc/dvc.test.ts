/** Data between Assay and the real DVC, in both directions: ASSAY_INTEROP_DVC names its program, else `dvc` is taken. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Workspace } from '../../../engine/index.ts';
import {
  DatasetSource,
  DvcExportRequest,
  DvcExportResult,
  ImportResult,
} from '../../../local-api/contract/index.ts';
import { testFolder } from '../../kit/data/snapshots.ts';
import { type TempWorkspace, tempWorkspace } from '../../kit/workspace.ts';
import { seaweedfs, seaweedKeys, startSeaweedfs } from '../remotes/seaweedfs.ts';

const execute = promisify(execFile);
const program = process.env.ASSAY_INTEROP_DVC ?? 'dvc';
const environment = {
  ...process.env,
  DVC_NO_ANALYTICS: '1',
  PATH: `${dirname(program)}${delimiter}${process.env.PATH ?? ''}`,
};

const missing = await execute(program, ['--version']).then(
  ({ stdout }) => {
    console.info(`beside DVC ${stdout.trim()}`);
    return null;
  },
  (thrown: Error) =>
    `there is no DVC (${thrown.message.split('\n')[0]}); name its program with ASSAY_INTEROP_DVC`,
);
if (missing !== null) console.warn(`skipped: ${missing}`);

describe.skipIf(missing !== null)('beside DVC', () => {
  const folder = testFolder();
  let opened: TempWorkspace;
  let workspace: Workspace;
  let count = 0;

  beforeAll(async () => {
    opened = await tempWorkspace();
    workspace = opened.workspace;
  });
  afterAll(async () => {
    await opened?.close();
    folder.remove();
  });

  /** A repository of git and DVC with a remote beside it. */
  const newRepository = async () => {
    count += 1;
    const root = join(folder.path, `repo-${count}`);
    mkdirSync(root, { recursive: true });
    const run = async (...command: string[]): Promise<string> => {
      const [name = '', ...rest] = command;
      const { stdout } = await execute(name === 'dvc' ? program : name, rest, {
        cwd: root,
        env: environment,
      });
      return stdout;
    };
    await run('git', 'init', '-q', '-b', 'main');
    await run('dvc', 'init', '-q');
    await run('dvc', 'remote', 'add', '-q', '-d', 'store', join(folder.path, `remote-${count}`));
    return {
      root,
      run,
      write(path: string, text: string) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      },
    };
  };
  const importing = async (dataset: string, source: unknown): Promise<ImportResult> => {
    const job = await workspace.data.import({
      dataset,
      source: DatasetSource.parse(source),
      options: {},
      note: '',
      tags: {},
    });
    const ended = await workspace.jobs.wait(job.id);
    if (ended.state !== 'succeeded') throw new Error(`${ended.error?.code}: ${ended.error?.message}`);
    return ImportResult.parse(ended.result);
  };
  const exporting = async (version: string, request: Record<string, unknown>): Promise<DvcExportResult> => {
    const ended = await workspace.jobs.wait(
      (await workspace.dvc.export(version, DvcExportRequest.parse(request))).id,
    );
    if (ended.state !== 'succeeded') throw new Error(`${ended.error?.code}: ${ended.error?.message}`);
    return DvcExportResult.parse(ended.result);
  };
  const cellsOf = async ({ versionId }: ImportResult) => (await workspace.data.rows(versionId, 0, 100)).rows;

  test.each([
    ['in its place', []],
    ['in the cache', ['data']],
    ['in the remote', ['data', '.dvc/cache']],
  ])('what it added is read %s, and nothing is read twice', async (where, removed) => {
    const { root, run, write } = await newRepository();
    write('data/a.csv', 'id,name\r\n1,x\r\n2,"y\r\nz"\r\n');
    await run('dvc', 'add', '-q', 'data/a.csv');
    await run('dvc', 'push', '-q');
    const pointer = readFileSync(join(root, 'data/a.csv.dvc'), 'utf8');
    for (const path of removed) rmSync(join(root, path), { recursive: true });
    write('data/a.csv.dvc', pointer);
    const source = { kind: 'dvc', path: join(root, 'data/a.csv.dvc') };
    const made = await importing(`added ${where}`, source);
    expect(await cellsOf(made)).toHaveLength(2);
    const md5 = /md5: (\w+)/.exec(pointer)?.[1];
    expect((await workspace.data.getVersion(made.versionId)).source).toMatchObject({ found: { md5 } });
    rmSync(join(root, '.dvc/cache'), { recursive: true, force: true });
    rmSync(join(folder.path, `remote-${count}`), { recursive: true });
    rmSync(join(root, 'data/a.csv'), { force: true });
    expect(await importing(`added ${where}`, source)).toMatchObject({
      versionId: made.versionId,
      created: false,
    });
  });

  test('a directory it added is one table, with any names of files', async () => {
    const { root, run, write } = await newRepository();
    for (const name of ['p 1.csv', 'p10.csv', 'süb/p2.csv', "it's.csv"])
      write(`parts/${name}`, `file\n${name}\n`);
    await run('dvc', 'add', '-q', 'parts');
    await run('dvc', 'push', '-q');
    rmSync(join(root, '.dvc/cache'), { recursive: true });
    rmSync(join(root, 'parts'), { recursive: true });
    const made = await importing('parts', { kind: 'dvc', path: join(root, 'parts.dvc') });
    expect(await cellsOf(made)).toEqual([["it's.csv"], ['p 1.csv'], ['p10.csv'], ['süb/p2.csv']]);
  });

  test('outputs of a pipeline are read, and a new run of it makes a new version', async () => {
    const { root, run, write } = await newRepository();
    write('in.csv', 'n\n1\n');
    write(
      'dvc.yaml',
      'stages:\n  copy:\n    cmd: cp in.csv out.csv\n    deps: [in.csv]\n    outs: [out.csv]\n',
    );
    await run('dvc', 'repro', '-q');
    const source = { kind: 'dvc', path: root, output: 'out.csv' };
    expect((await importing('piped', source)).version).toBe(1);
    write('in.csv', 'n\n1\n2\n');
    await run('dvc', 'repro', '-q');
    expect(await importing('piped', source)).toMatchObject({ version: 2, rows: 2, created: true });
  });

  test('a version that Assay wrote is up to date, pushed, pulled and checked out by it', async () => {
    const { root, run, write } = await newRepository();
    write('a.csv', 'id,name\n1,x\n2,y\n');
    await importing('written', { kind: 'path', path: join(root, 'a.csv') });
    rmSync(join(root, 'a.csv'));
    const made = await exporting('written@1', { repository: root, out: 'data/w.parquet' });
    await run('git', 'add', '-A');
    expect(await run('dvc', 'status')).toContain('up to date');
    expect(await run('git', 'ls-files')).toContain('data/w.parquet.dvc');
    expect(await run('git', 'ls-files')).not.toMatch(/data\/w\.parquet$/m);
    const bytes = readFileSync(made.path);
    await run('dvc', 'push', '-q');
    rmSync(made.path);
    await run('dvc', 'checkout', '-q');
    expect(readFileSync(made.path).equals(bytes)).toBe(true);
    rmSync(made.path);
    rmSync(join(root, '.dvc/cache'), { recursive: true });
    await run('dvc', 'pull', '-q');
    expect(readFileSync(made.path).equals(bytes)).toBe(true);
    // What DVC leaves there is what Assay would write.
    expect((await exporting('written@1', { repository: root, out: 'data/w.parquet' })).created).toBe(false);
    expect(await cellsOf(await importing('back', { kind: 'dvc', path: made.dvcFile }))).toEqual([
      [1, 'x'],
      [2, 'y'],
    ]);
  });

  test('what Assay sent to the remote is pulled by it in another copy', async () => {
    const { root, run, write } = await newRepository();
    write('a.csv', 'id\n1\n');
    await importing('sent', { kind: 'path', path: join(root, 'a.csv') });
    rmSync(join(root, 'a.csv'));
    const { md5 } = await exporting('sent', { repository: root, out: 's.csv', push: '' });
    rmSync(join(root, '.dvc/cache'), { recursive: true });
    rmSync(join(root, 's.csv'));
    await run('dvc', 'pull', '-q');
    expect(readFileSync(join(root, 's.csv'), 'utf8')).toBe('id\n1\n');
    expect(await run('dvc', 'status', '-c')).toContain('in sync');
    expect(readFileSync(join(root, 's.csv.dvc'), 'utf8')).toContain(md5);
  });

  test('a file that it keeps is replaced, and what people wrote about it stays', async () => {
    const { root, run, write } = await newRepository();
    write('a.csv', 'id\n1\n');
    await run('dvc', 'add', '-q', 'a.csv');
    writeFileSync(
      join(root, 'a.csv.dvc'),
      `${readFileSync(join(root, 'a.csv.dvc'), 'utf8')}  desc: of ours\n`,
    );
    write('b.csv', 'id\n2\n');
    await importing('other', { kind: 'path', path: join(root, 'b.csv') });
    await exporting('other', { repository: root, out: 'a.csv' });
    expect(await run('dvc', 'status')).toContain('up to date');
    await run('dvc', 'commit', '-q', '-f');
    const after = readFileSync(join(root, 'a.csv.dvc'), 'utf8');
    expect(after).toContain('desc: of ours');
    expect(after).toContain('dataset: other');
    write('a.csv', 'mine');
    await expect(exporting('other', { repository: root, out: 'a.csv' })).rejects.toThrow(
      'dvc/would-overwrite',
    );
  });

  test('a bucket is written and read by both, with credentials of a connection or those in its settings', async ({
    skip,
  }) => {
    const found = await seaweedfs();
    const hasS3 = await execute(program, ['doctor'], { env: environment }).then(({ stdout }) =>
      /\bs3 \(/.test(stdout),
    );
    const reason =
      'missing' in found ? found.missing : hasS3 ? null : 'this DVC knows no S3: install dvc[s3]';
    if (reason !== null || 'missing' in found) return skip(`no bucket: ${reason}`);
    const store = await startSeaweedfs(found.weed, 'lake');
    try {
      const { root, run, write } = await newRepository();
      await run('dvc', 'remote', 'add', '-q', '-d', '-f', 'store', 's3://lake/dvc');
      await run('dvc', 'remote', 'modify', 'store', 'endpointurl', store.endpoint);
      const { accessKeyId, secretAccessKey } = seaweedKeys;
      await run('dvc', 'remote', 'modify', '--local', 'store', 'access_key_id', accessKeyId);
      await run('dvc', 'remote', 'modify', '--local', 'store', 'secret_access_key', secretAccessKey);
      write('a.csv', `id\n${Array.from({ length: 1000 }, (_, i) => i).join('\n')}\n`);
      await run('dvc', 'add', '-q', 'a.csv');
      await run('dvc', 'push', '-q');
      const forget = () => {
        rmSync(join(root, '.dvc/cache'), { recursive: true });
        for (const name of ['a.csv', 'b.csv']) rmSync(join(root, name), { force: true });
      };
      forget();
      const source = { kind: 'dvc', path: join(root, 'a.csv.dvc') };
      expect(await importing('bucket', source)).toMatchObject({ rows: 1000 });
      await exporting('bucket', { repository: root, out: 'b.csv', push: 'store', where: 'id < 5' });
      forget();
      await run('dvc', 'pull', '-q');
      expect(readFileSync(join(root, 'b.csv'), 'utf8')).toBe('id\n0\n1\n2\n3\n4\n');
      forget();
      rmSync(join(root, '.dvc/config.local'));
      await expect(importing('bucket-2', source)).rejects.toThrow('sources/unauthorized');
      await workspace.connections.create({
        name: 'lake',
        kind: 's3',
        config: { bucket: 'lake', endpoint: store.endpoint, accessKeyId },
        secrets: { secretAccessKey },
      });
      const made = await importing('bucket-2', source);
      expect(made.rows).toBe(1000);
      const kept = JSON.stringify([
        await workspace.data.getVersion(made.versionId),
        await workspace.jobs.list({ limit: 50 }),
      ]);
      expect(kept).not.toContain(secretAccessKey);
    } finally {
      await store.stop();
    }
  });
});
