import { expect, test } from 'vitest';
import type { RemoteTrainer, RemoteWork } from '../../../../../engine/remotes/target.ts';
import { follow } from '../../../../../engine/remotes/training/follow.ts';
import { type ReportLine, toReportLine } from '../../../../../engine/training/outside/report.ts';
import { pushContext } from '../../../../kit/remotes/sample-push.ts';

const output = { trainer: 'prior', metrics: {}, recipeDigest: 'r', seconds: 1, facts: {}, warnings: [] };
const done: ReportLine = { type: 'done', output, digest: 'sha256:1' };
const point = (step: number): ReportLine => ({
  type: 'metrics',
  points: [{ key: 'loss', value: 1 / step, step, timestampMs: step }],
});

type Look = { state: RemoteWork['state'] | null; printed?: string; detail?: string };

/** Follows work that looks like this, one after the other; the last look stays. */
async function following(looks: readonly Look[]) {
  let at = -1;
  const told = { steps: [] as number[], log: [] as string[], progress: [] as string[] };
  const look = () => looks[Math.min(at, looks.length - 1)];
  const trainer: RemoteTrainer = {
    start: async () => {},
    stop: async () => {},
    async look() {
      at += 1;
      const { state = null, detail = '' } = look() ?? {};
      return state === null ? null : { state, detail };
    },
    printed: async () => look()?.printed ?? '',
  };
  const result = await follow({
    id: 'assay_1',
    target: 'cluster',
    trainer,
    remote: pushContext(),
    signal: new AbortController().signal,
    progress: (_, message) => told.progress.push(message),
    log: (text) => told.log.push(text),
    send: (message) => {
      const { points } = message as Extract<ReportLine, { type: 'metrics' }>;
      told.steps.push(...points.map(({ step }) => step));
    },
  }).catch((thrown: unknown) => thrown);
  return { result, told };
}

test('what is printed is passed on once, line by line, however it is cut', async () => {
  const whole = [point(1), point(2), { type: 'part', base64: 'QQ==' } as const, done]
    .map(toReportLine)
    .join('\n');
  const { result, told } = await following([
    { state: 'waiting', detail: 'No room yet.' },
    { state: 'running', printed: `npm says hello\n${whole.slice(0, 20)}` },
    { state: 'running', printed: `npm says hello\n${whole.slice(0, 150)}` },
    { state: 'succeeded', printed: `npm says hello\n${whole}` },
  ]);
  expect(result).toEqual({ report: done, parts: ['QQ=='] });
  expect(told).toEqual({
    steps: [1, 2],
    log: ['npm says hello'],
    progress: ['Waits on cluster. No room yet.'],
  });
});

test.each<[string, Look, object]>([
  ['is gone', { state: null }, { code: 'targets/refused', message: expect.stringContaining('no more') }],
  ['was stopped', { state: 'stopped' }, { code: 'targets/refused' }],
  ['left nothing', { state: 'succeeded', printed: 'bye' }, { code: 'targets/damaged' }],
  [
    'ran out of memory',
    { state: 'failed', printed: 'FATAL ERROR: Reached heap limit Allocation failed\n 1: 0xb7\n' },
    { code: 'jobs/out-of-memory' },
  ],
  [
    'failed otherwise',
    { state: 'failed', printed: 'one\ntwo', detail: 'exit code 3' },
    { code: 'jobs/crashed', problems: [{ message: 'one' }, { message: 'two' }] },
  ],
])('work that %s is told so', async (_, look, error) => {
  expect((await following([look])).result).toMatchObject(error);
});
