import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Remote } from '../../../engine/remotes/target.ts';
import { echoModel, flightInputs, regressionSignature } from '../models/sample-models.ts';
import { tempFolder } from '../temp-folder.ts';
import { manyBytes, pushContext, pushedBundle, receiptOf } from './sample-push.ts';

/**
 * What every object store does, real or not. Each call of `open` has a folder of its own, of that name. Emulators that cannot
 * go on with a part of an upload say so.
 */
export function objectStoreClaims(
  open: (folder: string) => Promise<Remote>,
  { goesOn = true }: { goesOn?: boolean } = {},
): void {
  versionClaims(open);
  if (goesOn) partClaims(open);

  test('passes the check of the connection, which leaves nothing behind', async () => {
    const remote = await open('check');
    const findings = await remote.check(pushContext());
    expect(findings.map(({ level }) => level)).toEqual(['ok', 'ok', 'ok', 'ok']);
    await expect(remote.pull?.('.assay-check', tempFolder(), pushContext())).rejects.toMatchObject({
      code: 'targets/not-there',
    });
  });
}

/** What every target does that keeps versions as files. */
export function versionClaims(open: (folder: string) => Promise<Remote>): void {
  test('takes a version, gives it back, sees it in sync, and is sent nothing a second time', async () => {
    const remote = await open('first');
    const bundle = await pushedBundle({ aliases: ['champion'] });
    expect((await remote.plan(bundle, pushContext())).verdict).toBe('new');
    const pushed = await remote.push(bundle, pushContext());
    expect(pushed.files.every(({ sent }) => sent)).toBe(true);
    const receipt = receiptOf(bundle, pushed);
    const checks = await remote.verify(receipt, bundle, pushContext());
    expect(checks.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(await remote.observe(receipt, pushContext())).toMatchObject({ state: 'in-sync' });
    const context = pushContext();
    expect((await remote.push(bundle, context)).files.some(({ sent }) => sent)).toBe(false);
    expect(context.record.sentBytes).toBe(0);
    const plan = await remote.plan(bundle, context);
    expect(plan.verdict).toBe('same');
    expect(plan.lines.every(({ action }) => action === 'keep')).toBe(true);
  });

  test('refuses another model under a version that is there, and takes other documents of the same', async () => {
    const remote = await open('conflict');
    const bundle = await pushedBundle();
    const receipt = receiptOf(bundle, await remote.push(bundle, pushContext()));
    const signature = regressionSignature(flightInputs);
    const other = await pushedBundle({}, {}, { bytes: echoModel(flightInputs), signature });
    expect((await remote.plan(other, pushContext())).verdict).toBe('conflict');
    await expect(remote.push(other, pushContext())).rejects.toMatchObject({ code: 'targets/conflict' });
    expect(await remote.observe(receipt, pushContext())).toMatchObject({ state: 'in-sync' });
    const described = await pushedBundle({ card: '# Changed\n' });
    expect((await remote.plan(described, pushContext())).verdict).toBe('update');
    const pushed = await remote.push(described, pushContext());
    const sent = pushed.files.filter((file) => file.sent).map(({ path }) => path);
    expect(sent).toContain('card.md');
    expect(sent).not.toContain('model.onnx');
    expect(await remote.observe(receipt, pushContext())).toMatchObject({ state: 'changed' });
  });

  test('is pulled by version, by alias and as the newest that is complete', async () => {
    const remote = await open('pull');
    await remote.push(await pushedBundle({ version: '1.9.0' }), pushContext());
    const newest = await pushedBundle({ version: '1.10.0', aliases: ['champion'] });
    await remote.push(newest, pushContext());
    const dir = tempFolder();
    expect(await remote.pull?.('Late flights', dir, pushContext())).toMatchObject({
      version: '1.10.0',
      aliases: ['champion'],
      run: { name: 'calm-river-1', metrics: { auc: 0.75 } },
    });
    for (const { path, bytes } of newest.files)
      expect(await readFile(join(dir, path))).toEqual(Buffer.from(await bytes()));
    const byVersion = await remote.pull?.('Late flights/1.9.0', tempFolder(), pushContext());
    expect(byVersion).toMatchObject({ version: '1.9.0', aliases: [] });
    const byAlias = await remote.pull?.('Late flights@champion', tempFolder(), pushContext());
    expect(byAlias).toMatchObject({ version: '1.10.0' });
    await expect(remote.pull?.('Late flights/9.0.0', tempFolder(), pushContext())).rejects.toMatchObject({
      code: 'targets/not-there',
    });
  });
}

function partClaims(open: (folder: string) => Promise<Remote>): void {
  test('takes a large file in parts, and goes on after the last one when the push was stopped', async () => {
    const remote = await open('parts');
    const bundle = await pushedBundle({}, { 'big.bin': manyBytes(12 * 1024 ** 2 + 3) });
    const stop = new AbortController();
    const first = pushContext({ signal: stop.signal });
    const save = first.state.save;
    first.state.save = (state) => {
      save(state);
      if (state !== null && Object.keys(state as object).length > 0) stop.abort(new Error('stopped'));
    };
    await expect(remote.push(bundle, first)).rejects.toThrow();
    await expect(remote.pull?.('Late flights', tempFolder(), pushContext())).rejects.toMatchObject({
      code: 'targets/not-there',
    });
    const second = pushContext({ saved: first.record.saved });
    const receipt = receiptOf(bundle, await remote.push(bundle, second));
    expect(second.record.saved).toEqual({});
    // The first part, of at least 5 MiB, is not sent again.
    expect(second.record.sentBytes).toBeLessThan(7.5 * 1024 ** 2);
    expect((await remote.verify(receipt, bundle, pushContext())).every(({ ok }) => ok)).toBe(true);
  });
}
