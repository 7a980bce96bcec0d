import { execFileSync } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { AssayError } from '../../../../engine/errors.ts';
import { jobEnvironment } from '../../../../engine/jobs/index.ts';
import { createServingService, type ServingService } from '../../../../engine/serving/index.ts';
import { Settings } from '../../../../local-api/contract/index.ts';
import { offsetModel } from '../../../kit/models/constant-model.ts';
import { versionOf } from '../../../kit/models/sample-models.ts';
import { slowModel } from '../../../kit/models/slow-model.ts';

/** Loops of the slow model that take seconds on a fast machine. */
const long = 4000;
const opened: ServingService[] = [];
afterEach(async () => {
  for (const service of opened.splice(0)) await service.close();
});

/** The models "slow" and "light", heavy ones in processes of their own unless told otherwise. */
function serve({ inlineMs = 8 } = {}): ServingService {
  const models = { slow: slowModel(), light: offsetModel(1) };
  const find = (name: string) => {
    if (name === 'slow' || name === 'light') return models[name];
    throw new AssayError('models/not-found', `There is no model "${name}"`);
  };
  const service = createServingService({
    models: { resolve: async (ref) => versionOf(ref, `sha256:${ref}`, find(ref).signature) },
    artifacts: { read: async (digest) => Buffer.from(find(digest.slice('sha256:'.length)).bytes) },
    settings: { current: () => Settings.parse({}) },
    outside: { environment: () => jobEnvironment(process.env, '/tmp', {}), inlineMs: () => inlineMs },
  });
  opened.push(service);
  return service;
}

/** Processes of models that this one has started. */
function processes(): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === process.pid && args.includes('inference-process') ? [Number(pid)] : [];
  });
}

/** Turns of the event loop until the promise is settled. */
async function turnsUntil(promise: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isSettled = false;
  const settle = () => {
    isSettled = true;
  };
  promise.then(settle, settle);
  while (!isSettled) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    turns += 1;
  }
  return turns;
}

async function gone(): Promise<void> {
  while (processes().length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
}

const rows = (...values: number[]) => values.map((x) => ({ x }));

test('a heavy model gives the same bits from a process of its own as inside', async () => {
  const inside = serve({ inlineMs: 1e6 });
  const outside = serve();
  const request = { model: 'slow', rows: rows(0.1, 1 / 3, 2.7, 9) };
  const answer = await outside.predict(request);
  expect(processes()).toHaveLength(1);
  expect(answer.value).toEqual((await inside.predict(request)).value);
  expect(answer.milliseconds).toBeGreaterThan(0);
}, 60_000);

test('light models stay inside the engine', async () => {
  const service = serve({ inlineMs: 1000 });
  expect((await service.predict({ model: 'light', rows: rows(2) })).value).toEqual([3]);
  expect(processes()).toEqual([]);
}, 60_000);

test('others are answered while a heavy model runs', async () => {
  const service = serve();
  await service.warm('slow');
  await service.warm('light');
  let isDone = false;
  const slow = service.predict({ model: 'slow', rows: rows(long) }).finally(() => {
    isDone = true;
  });
  const turns = turnsUntil(slow);
  for (let n = 0; n < 20; n++)
    expect((await service.predict({ model: 'light', rows: rows(n) })).value).toEqual([n + 1]);
  expect(isDone).toBe(false);
  expect((await slow).value).toEqual([long]);
  // One turn when it held the loop.
  expect(await turns).toBeGreaterThan(20);
}, 120_000);

test('a request goes on in a new process when the first is killed, and fails when that is, too', async () => {
  const service = serve();
  await service.warm('slow');
  const kill = (): number[] => {
    const pids = processes();
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    return pids;
  };
  const other = async (pids: readonly number[]): Promise<void> => {
    while (!processes().some((pid) => !pids.includes(pid)))
      await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const survivor = service.predict({ model: 'slow', rows: rows(long) });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const killed = kill();
  expect(killed).toHaveLength(1);
  expect((await survivor).value).toEqual([long]);

  const victim = service.predict({ model: 'slow', rows: rows(long) }).catch((thrown: unknown) => thrown);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const second = kill();
  await other(second);
  kill();
  expect(await victim).toMatchObject({ code: 'predictions/crashed' });
  expect((await service.predict({ model: 'slow', rows: rows(3) })).value).toEqual([3]);
}, 120_000);

test('an aborted request ends at once, and the next one is answered', async () => {
  const service = serve();
  await service.warm('slow');
  const controller = new AbortController();
  const aborted = service
    .predict({ model: 'slow', rows: rows(long) }, controller.signal)
    .catch((thrown: unknown) => thrown);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const reason = new AssayError('predictions/deadline', 'too late');
  controller.abort(reason);
  expect(await aborted).toBe(reason);
  expect((await service.predict({ model: 'slow', rows: rows(3) })).value).toEqual([3]);
}, 120_000);

test('a run that nobody waits for any more and that does not end gives way after some seconds', async () => {
  const service = serve();
  await service.warm('slow');
  const [first] = processes();
  const controller = new AbortController();
  const endless = service
    .predict({ model: 'slow', rows: rows(1e9) }, controller.signal)
    .catch((thrown: unknown) => thrown);
  await new Promise((resolve) => setTimeout(resolve, 50));
  controller.abort();
  await endless;
  expect((await service.predict({ model: 'slow', rows: rows(3) })).value).toEqual([3]);
  expect(processes()).not.toContain(first);
}, 120_000);

test('closing ends the process in the middle of a run, and the request with an error', async () => {
  const service = serve();
  await service.warm('slow');
  const running = service.predict({ model: 'slow', rows: rows(1e9) }).catch((thrown: unknown) => thrown);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await service.close();
  expect(await running).toMatchObject({ code: 'predictions/crashed' });
  await gone();
}, 60_000);

test('a model that is unloaded lets its process go', async () => {
  const service = serve();
  await service.warm('slow');
  expect(processes()).toHaveLength(1);
  await service.unload('slow');
  await gone();
}, 60_000);
