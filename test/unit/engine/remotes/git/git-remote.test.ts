import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verifyBundle } from '../../../../../engine/bundles/index.ts';
import { gitKind } from '../../../../../engine/remotes/git/git-kind.ts';
import { type FarGit, farGit, farGitServer, gitMissing } from '../../../../kit/remotes/far-git.ts';
import { versionClaims } from '../../../../kit/remotes/object-store-claims.ts';
import { manyBytes, pushContext, pushedBundle, receiptOf } from '../../../../kit/remotes/sample-push.ts';
import { tempFolder } from '../../../../kit/temp-folder.ts';

const missing = gitMissing();
if (missing !== null) console.log(`Skipped: ${missing}`);
const root = 'models/late-flights';
const workflow = '.github/workflows/assay-model.yml';

function open(far: Pick<FarGit, 'url'>, change: Record<string, unknown> = {}) {
  return gitKind.open({ url: far.url, ...change });
}

describe.skipIf(missing !== null)('a git repository', () => {
  versionClaims(async () => open(farGit()));

  test('gets one commit and one tag a version, with a bundle that passes its own verification', async () => {
    const far = farGit();
    const bundle = await pushedBundle();
    const pushed = await (await open(far)).push(bundle, pushContext());
    expect(far.git('tag')).toBe('late-flights@v1.0.0');
    expect(far.git('rev-parse', 'late-flights@v1.0.0^{commit}')).toBe(far.git('rev-parse', 'main'));
    expect(pushed.remoteIds).toMatchObject({
      commit: far.git('rev-parse', 'main'),
      object: far.git('rev-parse', 'late-flights@v1.0.0'),
    });
    expect(far.git('log', '--format=%an <%ae>: %s', 'main')).toBe(
      'Assay <assay@localhost>: Late flights 1.0.0',
    );
    const bundleFiles = bundle.files.map(({ path }) => `${root}/bundle/${path}`);
    expect(far.git('ls-tree', '-r', '--name-only', 'main').split('\n').sort()).toEqual(
      [workflow, `${root}/assay-version.json`, `${root}/gates.json`, ...bundleFiles].sort(),
    );
    far.git('fsck', '--strict');
    const clone = join(tempFolder(), 'clone');
    far.git('clone', '--quiet', far.dir, clone);
    const { report } = await verifyBundle(join(clone, root, 'bundle'), [], () => {});
    expect(report.checks.filter(({ verdict, id }) => verdict === 'failed' && id !== 'signer')).toEqual([]);
  });

  test('keeps what others have on the branch, and what people made of workflow and gates', async () => {
    const far = farGit();
    far.commitElsewhere('README.md', '# Models\n');
    const remote = await open(far);
    await remote.push(await pushedBundle(), pushContext());
    far.commitElsewhere(`${root}/gates.json`, '{"metrics":{"auc":{"min":0.7}}}');
    await remote.push(await pushedBundle({ version: '1.1.0' }), pushContext());
    expect(far.git('show', 'main:README.md')).toBe('# Models');
    expect(far.git('show', `main:${root}/gates.json`)).toContain('"min":0.7');
    expect(far.git('log', '--format=%s', 'main').split('\n')).toEqual([
      'Late flights 1.1.0',
      `${root}/gates.json`,
      'Late flights 1.0.0',
      'README.md',
    ]);
  });

  test('sends only files that changed between versions', async () => {
    const far = farGit();
    const remote = await open(far);
    await remote.push(await pushedBundle(), pushContext());
    const pushed = await remote.push(await pushedBundle({ version: '1.1.0' }), pushContext());
    const sent = pushed.files.filter((file) => file.sent).map(({ path }) => path);
    expect(sent).not.toContain('model.onnx');
    expect(sent).toContain('manifest.json');
  });

  test('an older version gets its tag, and the branch stays with the newer one', async () => {
    const far = farGit();
    const remote = await open(far);
    await remote.push(await pushedBundle({ version: '1.10.0' }), pushContext());
    const main = far.git('rev-parse', 'main');
    const older = await pushedBundle({ version: '1.9.0' });
    expect((await remote.plan(older, pushContext())).warnings.join()).toContain('higher version');
    const receipt = receiptOf(older, await remote.push(older, pushContext()));
    expect(far.git('rev-parse', 'main')).toBe(main);
    expect((await remote.verify(receipt, older, pushContext())).every(({ ok }) => ok)).toBe(true);
  });

  test('tags never move: other documents and moved aliases get tags of their own', async () => {
    const far = farGit();
    const remote = await open(far);
    await remote.push(await pushedBundle({ aliases: ['champion'] }), pushContext());
    const first = far.git('rev-parse', 'late-flights@v1.0.0');
    await remote.push(await pushedBundle({ aliases: ['champion'], card: '# New\n' }), pushContext());
    await remote.push(await pushedBundle({ version: '1.1.0' }), pushContext());
    const moved = await pushedBundle({ version: '1.1.0', aliases: ['champion'] });
    expect((await remote.plan(moved, pushContext())).lines.at(-1)).toMatchObject({
      what: 'alias',
      action: 'change',
    });
    await remote.push(moved, pushContext());
    expect(far.git('rev-parse', 'late-flights@v1.0.0')).toBe(first);
    expect(far.git('tag').split('\n').sort()).toEqual([
      'late-flights#champion#1',
      'late-flights#champion#2',
      'late-flights#champion#3',
      'late-flights@v1.0.0',
      'late-flights@v1.0.0+2',
      'late-flights@v1.1.0',
    ]);
    const pulled = await remote.pull?.('Late flights@champion', tempFolder(), pushContext());
    expect(pulled).toMatchObject({ version: '1.1.0', aliases: ['champion'] });
    const older = await remote.pull?.('Late flights/1.0.0', tempFolder(), pushContext());
    expect(older?.from).toContain('late-flights@v1.0.0+2');
  });

  test('tells a tag that is gone or was moved', async () => {
    const far = farGit();
    const remote = await open(far);
    const bundle = await pushedBundle();
    const receipt = receiptOf(bundle, await remote.push(bundle, pushContext()));
    far.git('tag', '--force', 'late-flights@v1.0.0', 'main');
    expect(await remote.observe(receipt, pushContext())).toMatchObject({ state: 'changed' });
    far.git('tag', '--delete', 'late-flights@v1.0.0');
    expect(await remote.observe(receipt, pushContext())).toMatchObject({ state: 'gone' });
  });
});

describe.skipIf(missing !== null)('faults of a git repository', () => {
  test('somebody pushed meanwhile: the version is committed on top of theirs', async () => {
    const far = farGit();
    const remote = await open(far);
    await remote.push(await pushedBundle(), pushContext());
    const context = pushContext();
    const { progress } = context;
    let isFirst = true;
    context.progress = (fraction, message) => {
      progress(fraction, message);
      if (isFirst && message.startsWith('Writing')) far.commitElsewhere('theirs.txt', 'theirs');
      if (message.startsWith('Writing')) isFirst = false;
    };
    await remote.push(await pushedBundle({ version: '1.1.0' }), context);
    expect(context.record.log).toEqual(['Somebody pushed to the repository meanwhile; committing again.']);
    expect(far.git('show', 'main:theirs.txt')).toBe('theirs');
    expect(far.git('tag').split('\n')).toContain('late-flights@v1.1.0');
  });

  test('a tag of others and a model whose name is written the same way are refused', async () => {
    const far = farGit();
    far.commitElsewhere('README.md', '# Models\n');
    far.git('tag', 'late-flights@v1.0.0', 'main');
    const remote = await open(far);
    await expect(remote.push(await pushedBundle(), pushContext())).rejects.toMatchObject({
      code: 'targets/conflict',
      message: expect.stringContaining('did not make'),
    });
    await remote.push(await pushedBundle({ version: '2.0.0' }), pushContext());
    const other = await pushedBundle({ model: 'late FLIGHTS', version: '3.0.0' });
    expect((await remote.plan(other, pushContext())).verdict).toBe('conflict');
    await expect(remote.push(other, pushContext())).rejects.toMatchObject({
      message: expect.stringContaining('holds "Late flights"'),
    });
    expect(far.git('tag').split('\n')).toEqual(['late-flights@v1.0.0', 'late-flights@v2.0.0']);
  });

  test('a file that is too large is refused before anything is sent', async () => {
    const far = farGit();
    const bundle = await pushedBundle({}, { 'big.bin': manyBytes(1.5 * 1024 ** 2) });
    const remote = await open(far, { maxFileMb: 1 });
    expect((await remote.plan(bundle, pushContext())).warnings.join()).toContain('big.bin');
    await expect(remote.push(bundle, pushContext())).rejects.toMatchObject({
      code: 'targets/unsupported',
      message: expect.stringContaining('big.bin (2 MB)'),
      hint: expect.stringContaining('object store'),
    });
    expect(far.git('for-each-ref')).toBe('');
  });

  test.each([
    ['echo "fatal: No space left on device" >&2; exit 1', 'targets/full'],
    ['echo "GH006: Protected branch update failed" >&2; exit 1', 'targets/unauthorized'],
    [
      'echo "refusing to allow a token to create workflow without `workflow` scope" >&2; exit 1',
      'targets/unauthorized',
    ],
    [
      'echo "File big.bin is 120 MB; this exceeds the file size limit of 100 MB" >&2; exit 1',
      'targets/refused',
    ],
  ])('what the far end says (%s) is told as %s, and nothing stays there', async (hook, code) => {
    const far = farGit();
    writeFileSync(join(far.dir, 'hooks', 'pre-receive'), `#!/bin/sh\n${hook.replaceAll('`', '\\`')}\n`, {
      mode: 0o755,
    });
    await expect((await open(far)).push(await pushedBundle(), pushContext())).rejects.toMatchObject({ code });
    expect(far.git('for-each-ref')).toBe('');
  });

  test('a check warns of rules that would have models be pointers to Git LFS', async () => {
    const far = farGit();
    const lfs = '*.onnx filter=lfs diff=lfs merge=lfs -text\n';
    const warnings = async () =>
      (await (await open(far)).check(pushContext())).filter(({ level }) => level !== 'ok');
    far.commitElsewhere('.gitattributes', '*.png binary\n# *.onnx filter=lfs\n');
    expect(await warnings()).toEqual([]);
    far.commitElsewhere('.gitattributes', lfs);
    expect(await warnings()).toEqual([
      expect.objectContaining({ check: 'Git LFS', message: expect.stringContaining('*.onnx') }),
    ]);
    far.commitElsewhere('.gitattributes', `${lfs}models/** -filter -diff -merge\n`);
    expect(await warnings()).toEqual([]);
  });

  test('a repository that is not there is told by the check and by a push', async () => {
    const remote = await open({ url: `file://${tempFolder()}/none.git` });
    expect((await remote.check(pushContext())).at(-1)).toMatchObject({ level: 'error' });
    await expect(remote.push(await pushedBundle(), pushContext())).rejects.toMatchObject({
      code: 'targets/refused',
      hint: expect.stringContaining('Make the repository'),
    });
  });

  test('without git on the machine one line says so', async () => {
    const path = process.env.PATH;
    process.env.PATH = tempFolder();
    try {
      const findings = await (await open({ url: 'https://example.com/models.git' })).check(pushContext());
      expect(findings).toEqual([
        {
          check: 'setup',
          level: 'error',
          message: 'Git is not installed on the machine of the engine.',
          fix: expect.stringContaining('Install git'),
        },
      ]);
    } finally {
      process.env.PATH = path;
    }
  });
});

describe.skipIf(missing !== null)('a repository over HTTP', () => {
  test('takes a token, which is in no message, and gives all of a version back at once', async () => {
    const far = await farGitServer('right-token');
    const remote = await open(far, { token: 'right-token' });
    expect((await remote.check(pushContext())).map(({ level }) => level)).toEqual(['ok', 'ok', 'ok']);
    expect(far.git('for-each-ref')).toBe('');
    const bundle = await pushedBundle();
    const receipt = receiptOf(bundle, await remote.push(bundle, pushContext()));
    far.seen.length = 0;
    expect((await remote.verify(receipt, bundle, pushContext())).every(({ ok }) => ok)).toBe(true);
    // Refs and objects for the tag, its manifest, and the files: not one by one.
    expect(far.seen.filter((seen) => seen.startsWith('POST')).length).toBeLessThan(bundle.files.length);
    const wrong = await open(far, { token: 'wrong-token' });
    const failure = await wrong.push(bundle, pushContext()).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: 'targets/unauthorized' });
    expect(JSON.stringify(failure)).not.toMatch(/wrong-token|Basic/);
    const none = await open(far);
    expect((await none.check(pushContext())).at(-1)).toMatchObject({ check: 'credentials', level: 'error' });
  });

  test('one that is down or cut in the middle leaves nothing half-pushed, and the next push goes through', async () => {
    const far = await farGitServer('right-token');
    const remote = await open(far, { token: 'right-token' });
    const bundle = await pushedBundle();
    for (const fault of [503, 'cut'] as const) {
      far.fault = ({ path, method }) =>
        method === 'POST' && path.endsWith('git-receive-pack') ? fault : null;
      await expect(remote.push(bundle, pushContext())).rejects.toMatchObject({ code: 'targets/unreachable' });
      expect(far.git('for-each-ref')).toBe('');
    }
    far.fault = null;
    await remote.push(bundle, pushContext());
    expect(far.git('tag')).toBe('late-flights@v1.0.0');
  });

  test('a push that is cancelled ends at once', async () => {
    const far = await farGitServer('right-token');
    const stop = new AbortController();
    far.fault = () => {
      stop.abort(new Error('stopped'));
      return null;
    };
    const remote = await open(far, { token: 'right-token' });
    await expect(remote.push(await pushedBundle(), pushContext({ signal: stop.signal }))).rejects.toThrow(
      'stopped',
    );
  });
});

test.each([
  '--upload-pack=touch /tmp/x',
  'ext::sh -c touch% /tmp/x',
  'https://user:secret@example.com/models.git',
  '/srv/models.git',
  'git@host://x',
])('the address %s is refused', (url) => {
  expect(gitKind.configSchema.safeParse({ url }).success).toBe(false);
});

test.each(['-x', 'a..b', 'a/', 'a.lock', 'refs heads'])('the branch %s is refused', (branch) => {
  expect(gitKind.configSchema.safeParse({ url: 'git@github.com:a/b.git', branch }).success).toBe(false);
});
