import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isSameProcess, ownStart } from '../../../../engine/workspace/process-identity.ts';
import { lockWorkspace } from '../../../../engine/workspace/workspace-lock.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';

const write = (dir: string, holder: object | string): void =>
  writeFileSync(join(dir, 'lock'), typeof holder === 'string' ? holder : JSON.stringify(holder));

/** Takes the lock in a process of its own, says whether it got it, and holds it until its input ends. */
const taker = `
  import { lockWorkspace } from ${JSON.stringify(new URL('../../../../engine/workspace/workspace-lock.ts', import.meta.url))};
  try { lockWorkspace(process.argv[1]); console.log('got it'); } catch (thrown) { console.log(thrown.code); }
  process.stdin.resume();
`;

async function takeInProcess(dir: string): Promise<{ answer: string; child: ChildProcess }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', taker, dir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const answer = await new Promise<string>((resolve) =>
    child.stdout.once('data', (text) => resolve(String(text).trim())),
  );
  return { answer, child };
}

describe('lockWorkspace', () => {
  it('lets one in at a time, names the process that holds it, and is free after release', () => {
    const dir = tempFolder();
    const lock = lockWorkspace(dir);
    expect(() => lockWorkspace(dir)).toThrow(
      expect.objectContaining({
        code: 'workspace/locked',
        message: expect.stringContaining(String(process.pid)),
      }),
    );
    lock.release();
    expect(readdirSync(dir)).toEqual(['lock-guard']);
    lockWorkspace(dir).release();
  });

  it('lets exactly one of many processes in that find a stale lock at once', async () => {
    const dir = tempFolder();
    write(dir, { pid: process.pid, start: 'of a process long gone', host: hostname() });
    const takers = await Promise.all(Array.from({ length: 6 }, () => takeInProcess(dir)));
    expect(takers.map(({ answer }) => answer).sort()).toEqual([
      'got it',
      ...Array(5).fill('workspace/locked'),
    ]);
  });

  it('is free again when the process that held it was killed', async () => {
    const dir = tempFolder();
    const { answer, child } = await takeInProcess(dir);
    expect(answer).toBe('got it');
    expect(() => lockWorkspace(dir)).toThrow(expect.objectContaining({ code: 'workspace/locked' }));
    child.kill('SIGKILL');
    await once(child, 'exit');
    lockWorkspace(dir).release();
  });

  it.each([
    ['a process that has gone', { pid: 2 ** 22 + 1, start: '1', host: hostname() }],
    [
      'another process that got the same number since',
      { pid: process.pid, start: 'earlier', host: hostname() },
    ],
    ['a write that a crash cut off', '{"pid":12'],
    ['nobody', ''],
  ])('takes over the lock of %s', (_, holder) => {
    const dir = tempFolder();
    write(dir, holder);
    const lock = lockWorkspace(dir);
    expect(JSON.parse(readFileSync(join(dir, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    lock.release();
  });

  it('believes a lock of another machine while it is touched, and takes it over a minute after', () => {
    const dir = tempFolder();
    write(dir, { pid: 1, start: 'x', host: 'some-other-machine' });
    expect(() => lockWorkspace(dir)).toThrow(
      expect.objectContaining({
        code: 'workspace/locked',
        message: expect.stringContaining('some-other-machine'),
      }),
    );
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(join(dir, 'lock'), longAgo, longAgo);
    lockWorkspace(dir).release();
  });

  it('does not remove a lock that is no longer its own', () => {
    const dir = tempFolder();
    const lock = lockWorkspace(dir);
    write(dir, { pid: 1, start: 'x', host: hostname() });
    lock.release();
    expect(readdirSync(dir)).toContain('lock');
  });

  it('says that a folder that is not there cannot be written to', () => {
    expect(() => lockWorkspace(join(tempFolder(), 'nowhere'))).toThrow(
      expect.objectContaining({ code: 'workspace/not-writable' }),
    );
  });
});

describe('isSameProcess', () => {
  it('knows this process, and not one that was killed, reaped or not', async () => {
    expect(isSameProcess(process.pid, ownStart())).toBe(true);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const pid = child.pid ?? 0;
    await once(child, 'spawn');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isSameProcess(pid, ownStart())).toBe(false);
  });
});
