import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { EndpointService } from '../../../../engine/serving/index.ts';
import {
  CreateEndpoint,
  type EndpointPredictResponse,
  GroundTruthRequest,
  OutcomesRequest,
  ReplayReport,
  ReplayRequest,
  RequestLogSettings,
  UpdateEndpoint,
} from '../../../../local-api/contract/index.ts';
import { fakeClock } from '../../../kit/clock.ts';
import { brittleModel, offsetModel } from '../../../kit/models/constant-model.ts';
import { registerModel } from '../../../kit/models/register-model.ts';
import { lateModel } from '../../../kit/models/sample-models.ts';
import { type TempWorkspace, tempWorkspace } from '../../../kit/workspace.ts';

let opened: TempWorkspace | null = null;
afterEach(async () => {
  await opened?.close();
  opened = null;
});

/** A workspace with `late/1.0.0` (x + 0), `late/1.1.0` (x + 100) and a version that fails on most rows. */
async function start({ startJobs = false } = {}) {
  const clock = fakeClock();
  const temp = await tempWorkspace({ clock, startJobs });
  opened = temp;
  await registerModel(temp.workspace, 'late', offsetModel(0), { aliases: ['champion'] });
  await registerModel(temp.workspace, 'late', offsetModel(100));
  await registerModel(temp.workspace, 'brittle', brittleModel());
  return { clock, temp, endpoints: () => temp.workspace.endpoints };
}

type Started = Awaited<ReturnType<typeof start>>;
const create = (endpoints: EndpointService, route: object, more: object = {}) =>
  endpoints.create(CreateEndpoint.parse({ name: 'late', route, ...more }));
const update = (endpoints: EndpointService, patch: object) =>
  endpoints.update('late', UpdateEndpoint.parse(patch));
const ask = (
  endpoints: EndpointService,
  requestId: string,
  headers: Record<string, string> = {},
  x = 7,
): Promise<EndpointPredictResponse> =>
  endpoints.predict('late', { rows: [{ x }] }, { requestId, header: (name) => headers[name] });
const canaryTo = (canary: string, more: object = {}) => ({
  kind: 'canary',
  stable: 'late@champion',
  canary,
  steps: [
    { percent: 50, minRequests: 10 },
    { percent: 100, minRequests: 10 },
  ],
  ...more,
});
const everything = { log: { sampleRate: 1 } };

describe('an endpoint', () => {
  test('answers with version, arm and request id, and follows its alias', async () => {
    const { endpoints, temp } = await start();
    await create(endpoints(), { kind: 'single', ref: 'late@champion' });
    expect(await ask(endpoints(), 'r1')).toMatchObject({
      endpoint: 'late',
      arm: 'main',
      model: 'late',
      version: '1.0.0',
      requestId: 'r1',
      value: [7],
    });
    await temp.workspace.models.setAlias('late', 'champion', '1.1.0');
    expect(await ask(endpoints(), 'r2')).toMatchObject({ version: '1.1.0', value: [107] });
  });

  test('refuses a route whose versions are not there or answer another question, naming each', async () => {
    const { endpoints, temp } = await start();
    await registerModel(temp.workspace, 'other', lateModel());
    const arms = ['late', 'gone', 'other'].map((ref, i) => ({ name: `a${i}`, ref, weight: 1 }));
    await expect(create(endpoints(), { kind: 'ab', arms })).rejects.toMatchObject({
      code: 'endpoints/bad-route',
      problems: [
        { path: '/route/arms/1/ref' },
        { path: '/route/arms/2/ref', expected: 'regression, as late/1.1.0 is for' },
      ],
    });
    expect(await endpoints().list()).toEqual([]);
  });

  test('tells who changed what and why, and takes the last change back in one step', async () => {
    const { endpoints } = await start();
    await create(endpoints(), { kind: 'single', ref: 'late/1.0.0' }, { actor: 'Ada', reason: 'first' });
    await update(endpoints(), {
      route: { kind: 'single', ref: 'late/1.1.0' },
      actor: 'Ada',
      reason: 'newer',
    });
    expect(await ask(endpoints(), 'r1')).toMatchObject({ version: '1.1.0' });
    await endpoints().undo('late', { actor: 'Bo', reason: 'too early' });
    expect(await ask(endpoints(), 'r2')).toMatchObject({ version: '1.0.0' });
    const changes = await endpoints().changes('late', { limit: 10 });
    expect(changes.map(({ kind, actor, reason }) => `${kind} by ${actor}: ${reason}`)).toEqual([
      'undo by Bo: too early',
      'update by Ada: newer',
      'create by Ada: first',
    ]);
    await expect(update(endpoints(), { isPaused: true, expectedRevision: 1 })).rejects.toMatchObject({
      code: 'endpoints/changed',
    });
  });

  test('refuses while it is paused, also after a restart', async () => {
    const { endpoints, temp } = await start();
    await create(endpoints(), { kind: 'single', ref: 'late' });
    await update(endpoints(), { isPaused: true });
    await temp.reopen();
    await expect(ask(endpoints(), 'r1')).rejects.toMatchObject({ code: 'endpoints/paused' });
    await update(endpoints(), { isPaused: false });
    expect(await ask(endpoints(), 'r2')).toMatchObject({ arm: 'main' });
  });

  test('answers 64 callers at once, each with its own row, and each customer by one arm', async () => {
    const { endpoints } = await start();
    await create(endpoints(), {
      kind: 'ab',
      arms: [
        { name: 'a', ref: 'late/1.0.0', weight: 1 },
        { name: 'b', ref: 'late/1.1.0', weight: 1 },
      ],
      stickyBy: { from: 'header', name: 'X-Customer' },
    });
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, i) =>
        ask(endpoints(), `r${i}`, { 'x-customer': `c${i % 8}` }, i).then((answer) => ({ i, answer })),
      ),
    );
    const armOf = new Map<number, string>();
    for (const { i, answer } of answers) {
      expect(answer.value).toEqual([i + (answer.arm === 'a' ? 0 : 100)]);
      expect(armOf.get(i % 8) ?? answer.arm).toBe(answer.arm);
      armOf.set(i % 8, answer.arm);
    }
    expect(new Set(armOf.values())).toEqual(new Set(['a', 'b']));
    const { arms } = await endpoints().stats('late', 300);
    expect(arms.reduce((sum, { requests }) => sum + requests, 0)).toBe(64);
  });

  test('keeps a deadline', async () => {
    const { endpoints } = await start();
    await create(endpoints(), { kind: 'single', ref: 'late' });
    const rows = Array.from({ length: 100_000 }, (_, x) => ({ x }));
    const call = { requestId: 'r', header: () => undefined, timeoutMs: 1 };
    await expect(endpoints().predict('late', { rows }, call)).rejects.toMatchObject({
      code: 'predictions/deadline',
    });
  });
});

describe('a canary', () => {
  test('that fails is rolled back by itself, and its callers never notice', async () => {
    const { endpoints } = await start();
    await create(endpoints(), canaryTo('brittle'));
    for (let i = 0; i < 40; i += 1)
      expect(await ask(endpoints(), `r${i}`)).toMatchObject({
        model: 'late',
        arm: /stable|main/,
        value: [7],
      });
    await endpoints().check();
    expect(await endpoints().get('late')).toMatchObject({
      route: { kind: 'single', ref: 'late/1.0.0' },
      canary: null,
    });
    const [last] = await endpoints().changes('late', { limit: 1 });
    expect(last).toMatchObject({ kind: 'rollback', actor: 'assay' });
    expect(last?.reason).toMatch(/1 of \d+ answers of the canary failed; 1 % may\./);
  });

  test('does not count rows that no version takes', async () => {
    const { endpoints } = await start();
    await create(endpoints(), canaryTo('late/1.1.0', { steps: [{ percent: 100, minRequests: 10 }] }));
    const bad = endpoints().predict(
      'late',
      { rows: [{ x: 'seven' }] },
      { requestId: 'r', header: () => undefined },
    );
    await expect(bad).rejects.toMatchObject({ code: 'predictions/bad-rows' });
    expect((await endpoints().get('late')).canary).toMatchObject({ requests: 0, errors: 0 });
  });

  test('that keeps its limits goes through its steps and is promoted', async () => {
    const { endpoints } = await start();
    await create(endpoints(), canaryTo('late/1.1.0'));
    const arms = new Set<string>();
    for (let i = 0; i < 200; i += 1) {
      arms.add((await ask(endpoints(), `r${i}`)).arm);
      if (i % 10 === 0) await endpoints().check();
    }
    expect(arms).toEqual(new Set(['stable', 'canary', 'main']));
    expect(await endpoints().get('late')).toMatchObject({ route: { kind: 'single', ref: 'late/1.1.0' } });
    const [last] = await endpoints().changes('late', { limit: 1 });
    expect(last).toMatchObject({ kind: 'promote', actor: 'assay' });
  });

  test('goes on where it was after the engine was stopped, and is fixed to its versions', async () => {
    const { endpoints, temp } = await start();
    const steps = [
      { percent: 50, minRequests: 5 },
      { percent: 100, minRequests: 10_000 },
    ];
    await create(endpoints(), canaryTo('late', { steps }));
    await temp.workspace.models.setAlias('late', 'champion', '1.1.0');
    for (let i = 0; i < 30; i += 1) await ask(endpoints(), `r${i}`);
    await endpoints().check();
    for (let i = 30; i < 40; i += 1) await ask(endpoints(), `r${i}`);
    const before = await endpoints().get('late');
    expect(before.canary?.step).toBe(1);
    await temp.reopen();
    expect(await endpoints().get('late')).toEqual(before);
    expect(before.route).toMatchObject({ stable: 'late/1.0.0', canary: 'late/1.1.0' });
  });

  test('takes its steps by time when nobody asks for predictions', async () => {
    const { endpoints, clock } = await start();
    await create(
      endpoints(),
      canaryTo('late/1.1.0', {
        steps: [
          { percent: 10, minMinutes: 30 },
          { percent: 100, minMinutes: 30 },
        ],
      }),
    );
    clock.advance(29 * 60_000);
    await endpoints().check();
    expect((await endpoints().get('late')).canary?.step).toBe(0);
    clock.advance(60_000);
    await endpoints().check();
    expect((await endpoints().get('late')).canary?.step).toBe(1);
  });

  test('is rolled back when true values show that it answers worse', async () => {
    const { endpoints } = await start();
    const limits = { quality: { maxLossIncrease: 1, minTruths: 5 } };
    const steps = [{ percent: 50, minRequests: 100_000 }];
    await create(endpoints(), canaryTo('late/1.1.0', { limits, steps }), everything);
    const items = [];
    for (let i = 0; i < 40; i += 1) {
      await ask(endpoints(), `r${i}`);
      items.push({ requestId: `r${i}`, value: 7 });
    }
    expect(await endpoints().groundTruth('late', GroundTruthRequest.parse({ items }))).toEqual({
      joined: 40,
      unknown: 0,
      unusable: 0,
    });
    await endpoints().check();
    const [last] = await endpoints().changes('late', { limit: 1 });
    expect(last).toMatchObject({ kind: 'rollback' });
    expect(last?.reason).toContain('The loss of the canary is 100 over');
  });

  test('is held, moved on and ended by hand, with who and why', async () => {
    const { endpoints } = await start();
    await create(endpoints(), canaryTo('late/1.1.0'));
    const by = { actor: 'Ada', reason: 'looks good' };
    await endpoints().commandCanary('late', { action: 'hold', ...by });
    for (let i = 0; i < 60; i += 1) await ask(endpoints(), `r${i}`);
    await endpoints().check();
    expect((await endpoints().get('late')).canary).toMatchObject({ phase: 'held', step: 0 });
    await endpoints().commandCanary('late', { action: 'advance', ...by });
    expect((await endpoints().get('late')).canary).toMatchObject({ step: 1 });
    await endpoints().commandCanary('late', { action: 'promote', ...by });
    expect(await endpoints().changes('late', { limit: 1 })).toMatchObject([{ kind: 'promote', ...by }]);
    await expect(endpoints().commandCanary('late', { action: 'rollback', ...by })).rejects.toMatchObject({
      code: 'endpoints/no-canary',
    });
  });
});

describe('a shadow', () => {
  test('is compared and never answers, even when it fails', async () => {
    const { endpoints } = await start();
    const shadows = [
      { name: 'next', ref: 'late/1.1.0' },
      { name: 'brittle', ref: 'brittle' },
    ];
    await create(endpoints(), { kind: 'shadow', live: 'late/1.0.0', shadows });
    for (let i = 0; i < 10; i += 1) expect(await ask(endpoints(), `r${i}`)).toMatchObject({ value: [7] });
    await expect
      .poll(async () => (await endpoints().stats('late', 300)).shadows)
      .toMatchObject([
        { arm: 'next', compared: 10, disagreements: 10, maxDifference: 100, failed: 0 },
        { arm: 'brittle', compared: 0, failed: 10 },
      ]);
  });
});

describe('the request log', () => {
  test('redacts before it writes, and joins true values by request id and row', async () => {
    const { endpoints, temp } = await start();
    const log = RequestLogSettings.parse({
      sampleRate: 1,
      redact: [
        { column: 'name', how: 'mask' },
        { column: 'card', how: 'hash' },
        { column: 'note', how: 'drop' },
      ],
    });
    await create(endpoints(), { kind: 'single', ref: 'late/1.0.0' }, { log });
    const row = { x: 3, name: 'Grace', card: '4111-1111', note: 'private' };
    const call = { requestId: 'r1', header: () => undefined };
    await endpoints().predict('late', { rows: [row, { x: 5 }] }, call);
    const { items } = await endpoints().requests('late', { limit: 10 });
    expect(items).toMatchObject([{ requestId: 'r1', rows: 2, answers: [3, 5], truths: 0 }]);
    expect(items[0]?.input).toEqual({
      rows: [{ x: 3, name: '***', card: expect.stringMatching(/^[0-9a-f]{16}$/) }, { x: 5 }],
      redacted: ['name', 'card', 'note'],
    });
    const stored = JSON.stringify(
      temp.workspace.store.sqlite.prepare('SELECT * FROM endpoint_requests').all(),
    );
    expect(stored).not.toMatch(/Grace|4111|private/);

    const items2 = [
      { requestId: 'r1', row: 0, value: 5 },
      { requestId: 'r1', row: 1, value: 5 },
      { requestId: 'r1', row: 2, value: 5 },
      { requestId: 'r1', row: 0, value: 'five' },
      { requestId: 'gone', row: 0, value: 5 },
    ];
    expect(await endpoints().groundTruth('late', GroundTruthRequest.parse({ items: items2 }))).toEqual({
      joined: 2,
      unknown: 2,
      unusable: 1,
    });
    expect((await endpoints().stats('late', 300)).quality).toEqual([
      { arm: 'main', model: 'late', version: '1.0.0', truths: 2, loss: 1, lossDeviation: Math.SQRT2 },
    ]);
  });

  test('keeps its share of the requests, pages through them, and forgets the oldest', async () => {
    const { endpoints, clock } = await start();
    const log = RequestLogSettings.parse({ sampleRate: 0.5, keepRequests: 20 });
    await create(endpoints(), { kind: 'single', ref: 'late/1.0.0' }, { log });
    for (let i = 0; i < 400; i += 1) await ask(endpoints(), `r${i}`);
    const first = await endpoints().requests('late', { limit: 8 });
    expect(first.items).toHaveLength(8);
    const second = await endpoints().requests('late', { limit: 100, cursor: first.nextCursor ?? '' });
    const ids = [...first.items, ...second.items].map(({ requestId }) => requestId);
    expect(new Set(ids).size).toBe(ids.length);
    clock.advance(120_000);
    for (let i = 400; i < 420; i += 1) await ask(endpoints(), `r${i}`);
    expect((await endpoints().requests('late', { limit: 500 })).items).toHaveLength(20);
  });
});

test('an A/B route is judged by the true values of its arms', async () => {
  const { endpoints } = await start();
  const arms = [
    { name: 'a', ref: 'late/1.0.0', weight: 1 },
    { name: 'b', ref: 'late/1.1.0', weight: 1 },
  ];
  await create(endpoints(), { kind: 'ab', arms, test: { minEffect: 10 } }, everything);
  const items = [];
  for (let i = 0; i < 80; i += 1) {
    await ask(endpoints(), `r${i}`);
    items.push({ requestId: `r${i}`, value: 7 + (i % 5) });
  }
  await endpoints().groundTruth('late', GroundTruthRequest.parse({ items }));
  const { tests } = await endpoints().stats('late', 300);
  expect(tests).toMatchObject([{ arm: 'b', against: 'a', isSignificant: true }]);
  expect(tests[0]?.pValue).toBeLessThan(0.001);
  expect(tests[0]?.difference).toBeGreaterThan(90);
});

test('an A/B route is judged by what came of its requests, where the higher outcome is better', async () => {
  const { endpoints } = await start();
  const arms = [
    { name: 'a', ref: 'late/1.0.0', weight: 1 },
    { name: 'b', ref: 'late/1.1.0', weight: 1 },
  ];
  const judged = { measure: 'outcome', goal: 'higher', minEffect: 0.5 };
  await create(endpoints(), { kind: 'ab', arms, test: judged }, everything);
  const items: { requestId: string; value: boolean }[] = [];
  for (let i = 0; i < 120; i += 1) {
    const { arm, requestId } = await ask(endpoints(), `r${i}`);
    items.push({ requestId, value: arm === 'b' ? i % 10 !== 0 : i % 10 === 0 });
  }
  const told = OutcomesRequest.parse({ items: [...items, { requestId: 'gone', value: 1 }] });
  expect(await endpoints().outcomes('late', told)).toEqual({ joined: 120, unknown: 1 });
  const { tests, outcomes, quality } = await endpoints().stats('late', 300);
  expect(tests).toMatchObject([{ measure: 'outcome', arm: 'b', isSignificant: true, verdict: 'better' }]);
  expect(outcomes.map(({ arm }) => arm)).toEqual(['a', 'b']);
  expect(outcomes.reduce((sum, { requests }) => sum + requests, 0)).toBe(120);
  // An outcome is no true value.
  expect(quality).toEqual([]);
  expect((await endpoints().requests('late', { limit: 1 })).items).toMatchObject([{ truths: 0 }]);
  await update(endpoints(), { route: { kind: 'ab', arms, test: { ...judged, goal: 'lower' } } });
  expect((await endpoints().stats('late', 300)).tests).toMatchObject([{ verdict: 'worse' }]);
});

describe('an ensemble', () => {
  const members = [
    { name: 'a', ref: 'late@champion' },
    { name: 'b', ref: 'late/1.1.0', weight: 3 },
  ];

  test('answers with what its members say together, and counts each of them and itself', async () => {
    const { endpoints } = await start();
    await create(endpoints(), { kind: 'ensemble', combine: 'weighted', members }, everything);
    expect(await ask(endpoints(), 'r1')).toMatchObject({
      arm: 'ensemble',
      value: [82],
      members: [
        { arm: 'a', version: '1.0.0' },
        { arm: 'b', version: '1.1.0' },
      ],
    });
    const { arms } = await endpoints().stats('late', 300);
    expect(arms.map(({ arm, requests }) => [arm, requests])).toEqual([
      ['a', 1],
      ['b', 1],
      ['ensemble', 1],
    ]);
    expect((await endpoints().requests('late', { limit: 1 })).items).toMatchObject([
      { arm: 'ensemble', answers: [82] },
    ]);
  });

  test('has no answer without that of each member, and no vote on numbers', async () => {
    const { endpoints } = await start();
    await expect(create(endpoints(), { kind: 'ensemble', combine: 'vote', members })).rejects.toMatchObject({
      code: 'endpoints/bad-route',
      problems: [{ path: '/route/combine' }],
    });
    const brittle = { name: 'c', ref: 'brittle' };
    await create(endpoints(), { kind: 'ensemble', combine: 'mean', members: [...members, brittle] });
    await expect(ask(endpoints(), 'r1')).rejects.toThrow();
    expect(await ask(endpoints(), 'r2', {}, 1)).toMatchObject({ members: [{}, {}, { arm: 'c' }] });
  });
});

describe('limits', () => {
  test('requests beyond those that may wait are refused at once, the others answered', async () => {
    const { endpoints } = await start();
    const limits = { maxInFlight: 2, maxWaiting: 3 };
    await create(endpoints(), { kind: 'single', ref: 'late/1.0.0' }, { limits });
    const settled = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => ask(endpoints(), `r${i}`)));
    const refused = settled.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(15);
    expect(refused[0]).toMatchObject({ reason: { code: 'predictions/busy' } });
    expect(await ask(endpoints(), 'later')).toMatchObject({ value: [7] });
  });

  test('a deadline of the endpoint holds for requests that bring none', async () => {
    const { endpoints } = await start();
    await create(endpoints(), { kind: 'single', ref: 'late' }, { limits: { timeoutMs: 1 } });
    const rows = Array.from({ length: 100_000 }, (_, x) => ({ x }));
    const call = { requestId: 'r', header: () => undefined };
    await expect(endpoints().predict('late', { rows }, call)).rejects.toMatchObject({
      code: 'predictions/deadline',
    });
    expect(
      await endpoints().predict('late', { rows: [{ x: 1 }] }, { ...call, timeoutMs: 60_000 }),
    ).toMatchObject({ value: expect.any(Array) });
  });

  test('a cached answer is given until the alias moves to another version', async () => {
    const { endpoints, temp } = await start();
    await create(endpoints(), { kind: 'single', ref: 'late@champion' }, { limits: { cache: {} } });
    expect(await ask(endpoints(), 'r1')).toMatchObject({ isCached: false, value: [7] });
    expect(await ask(endpoints(), 'r2')).toMatchObject({ isCached: true, requestId: 'r2', value: [7] });
    expect(await ask(endpoints(), 'r3', {}, 8)).toMatchObject({ isCached: false, value: [8] });
    await temp.workspace.models.setAlias('late', 'champion', '1.1.0');
    expect(await ask(endpoints(), 'r4')).toMatchObject({ isCached: false, value: [107] });
    await update(endpoints(), { limits: {} });
    expect(await ask(endpoints(), 'r5')).toMatchObject({ isCached: false, value: [107] });
  });
});

describe('a replay', () => {
  const begin = (endpoints: EndpointService, request: object) =>
    endpoints.replay('late', ReplayRequest.parse(request));
  const replay = async ({ temp }: Pick<Started, 'temp'>, request: object): Promise<ReplayReport> => {
    const { endpoints, jobs } = temp.workspace;
    const ended = await jobs.wait((await begin(endpoints, request)).id);
    expect(ended.error).toBe(null);
    return ReplayReport.parse(ended.result);
  };

  test('compares the answers of another version with those logged, and what each was worth', async () => {
    const started = await start({ startJobs: true });
    const { endpoints, temp } = started;
    await create(endpoints(), { kind: 'single', ref: 'late/1.0.0' }, everything);
    for (let i = 0; i < 5; i += 1) await ask(endpoints(), `r${i}`, {}, i);
    const items = [{ requestId: 'r3', value: 103 }];
    await endpoints().groundTruth('late', GroundTruthRequest.parse({ items }));
    await endpoints().outcomes('late', OutcomesRequest.parse({ items: [{ requestId: 'r4', value: true }] }));
    const report = await replay(started, { ref: 'late/1.1.0', limit: 4 });
    expect(report).toMatchObject({
      version: '1.1.0',
      requests: 4,
      rows: 4,
      changed: 4,
      meanDifference: 100,
      maxDifference: 100,
      quality: { truths: 1, lossBefore: 100, lossAfter: 0 },
    });
    expect(report.differences.map(({ requestId }) => requestId)).toEqual(['r4', 'r3', 'r2', 'r1']);
    expect(report.differences[1]).toMatchObject({ before: 3, after: 103, truth: 103, arm: 'main' });
    const { before, after } = report.milliseconds ?? {};
    expect([before?.p50, after?.p50]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(before?.p95).toBeGreaterThanOrEqual(before?.p50 ?? Number.NaN);
    expect(await replay(started, { ref: 'late/1.0.0' })).toMatchObject({ rows: 5, changed: 0 });
    expect((await endpoints().stats('late', 300)).arms).toMatchObject([{ requests: 5 }]);
    expect(await readdir(join(temp.dir, 'tmp', 'replays'))).toEqual([]);
  });

  test('leaves out what was redacted, and what the version cannot answer', async () => {
    const started = await start({ startJobs: true });
    const { endpoints } = started;
    await create(endpoints(), { kind: 'single', ref: 'late/1.0.0' }, everything);
    await ask(endpoints(), 'r1', {}, 1);
    await ask(endpoints(), 'r2', {}, 50);
    expect(await replay(started, { ref: 'brittle' })).toMatchObject({
      requests: 1,
      skipped: { refused: 1, redacted: 0, notKept: 0 },
    });
    const redact = [{ column: 'x', how: 'hash' }];
    await update(endpoints(), { log: { sampleRate: 1, redact } });
    await ask(endpoints(), 'r3', {}, 2);
    expect(await replay(started, { ref: 'late/1.1.0' })).toMatchObject({
      requests: 2,
      skipped: { redacted: 1 },
    });
  });

  test('waits over a restart of the engine, and replays what was logged when it was asked for', async () => {
    const started = await start({ startJobs: false });
    const { endpoints, temp } = started;
    await create(endpoints(), { kind: 'single', ref: 'late@champion' }, everything);
    await ask(endpoints(), 'r1', {}, 1);
    const { id } = await begin(endpoints(), { ref: 'late@champion' });
    await ask(endpoints(), 'r2', {}, 2);
    await temp.workspace.models.setAlias('late', 'champion', '1.1.0');
    const { jobs } = await temp.reopen();
    await jobs.start();
    const ended = await jobs.wait(id);
    expect(ended).toMatchObject({ kind: 'replay', state: 'succeeded' });
    // Neither the later request nor the later version of the alias.
    expect(ended.result).toMatchObject({ version: '1.0.0', requests: 1, changed: 0 });
  });

  test('ends when it is cancelled, and leaves nothing behind', async () => {
    const { endpoints, temp } = await start({ startJobs: false });
    await create(endpoints(), { kind: 'single', ref: 'late/1.0.0' }, everything);
    await ask(endpoints(), 'r1');
    const { jobs } = temp.workspace;
    const { id } = await begin(endpoints(), { ref: 'late/1.1.0' });
    await jobs.cancel(id);
    expect(await jobs.get(id)).toMatchObject({ state: 'cancelled', result: null });
  });

  test('is refused for a version that answers another question', async () => {
    const { endpoints, temp } = await start();
    await registerModel(temp.workspace, 'other', lateModel());
    await create(endpoints(), { kind: 'single', ref: 'late/1.0.0' });
    await expect(begin(endpoints(), { ref: 'other' })).rejects.toMatchObject({
      code: 'endpoints/bad-route',
      problems: [{ path: '/ref' }],
    });
  });
});
