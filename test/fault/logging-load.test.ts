import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../engine/index.ts';
import { silentLogger } from '../../engine/system/index.ts';
import { createRestClient, type RestClient } from '../bench/rest-client.ts';
import { allProcessesGone, momentsToKill, runUntilKilled } from './crash-harness.ts';

/** How often an engine is killed; `ASSAY_FAULT_KILLS=100` for the long test. */
const kills = Number(process.env.ASSAY_FAULT_KILLS ?? 4);
/** How long the load test goes on; `ASSAY_LOAD_SECONDS=60` for the long one. */
const loadSeconds = Number(process.env.ASSAY_LOAD_SECONDS ?? 3);
/** What 99 of 100 calls have to stay below. Loose, for machines that do other things too; 50 on a quiet one. */
const p99LimitMs = Number(process.env.ASSAY_LOAD_P99_MS ?? 1000);
const writers = 2;
const connections = 16;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'assay-load-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** What one connection was told is kept: `points` steps from 0 on. */
type Kept = { runId: string; key: string; points: number };
type Load = { kept: Kept[]; latenciesMs: number[]; errors: string[] };

const post = (client: RestClient, path: string, body: unknown) =>
  client.json('POST', `/api/2.0/mlflow/${path}`, body);

async function createRun(client: RestClient): Promise<string> {
  const answer = (await post(client, 'runs/create', { experiment_id: '0', start_time: 1 })) as {
    run: { info: { run_id: string } };
  };
  return answer.run.info.run_id;
}

/** One writer: a run, and connections that each log one point after the other under a key of their own until it is over. */
async function write(client: RestClient, load: Load, isOver: () => boolean): Promise<void> {
  const runId = await createRun(client);
  await Promise.all(
    Array.from({ length: connections }, async (_, connection) => {
      const kept = { runId, key: `loss/${connection}`, points: 0 };
      load.kept.push(kept);
      while (!isOver()) {
        const step = kept.points;
        const point = { run_id: runId, key: kept.key, value: step / 7, timestamp: 1 + step, step };
        const sentAt = performance.now();
        await post(client, 'runs/log-metric', point);
        load.latenciesMs.push(performance.now() - sentAt);
        kept.points += 1;
      }
    }),
  );
}

async function read(client: RestClient, load: Load, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await post(client, 'runs/search', {
      experiment_ids: ['0'],
      order_by: ['metrics.`loss/0` DESC'],
      max_results: 50,
    });
    const [first] = load.kept;
    if (first !== undefined) await client.json('GET', `/api/2.0/mlflow/runs/get?run_id=${first.runId}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Writers and readers at work on a served workspace until it is over; what they could not do is in `errors`. */
async function runLoad(url: string, token: string, load: Load, isOver: () => boolean): Promise<void> {
  const client = () => createRestClient(url, token);
  const clients = [...Array.from({ length: writers }, client), client()];
  await Promise.all(
    clients.map((each, index) =>
      (index < writers ? write : read)(each, load, isOver)
        .catch((thrown: unknown) => {
          load.errors.push(String(thrown));
        })
        .finally(() => each.close()),
    ),
  );
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}

/** Opens the workspace as the next start does and looks for every acknowledged point. */
async function checkKept({ kept }: Load, mayHaveMore: boolean): Promise<void> {
  const workspace: Workspace = await openWorkspace({
    dir: join(dir, 'workspace'),
    logger: silentLogger,
    environment: {},
    startJobs: false,
  });
  try {
    expect(await workspace.store.check()).toEqual([]);
    for (const { runId, key, points } of kept) {
      if (points === 0) continue;
      const [series] = await workspace.tracking.series({ runIds: [runId], keys: [key], maxPoints: 100_000 });
      // A point may be committed and its answer lost by the kill.
      const atMost = mayHaveMore ? points + 1 : points;
      expect(series?.total).toBeGreaterThanOrEqual(points);
      expect(series?.total).toBeLessThanOrEqual(atMost);
      const steps = series?.steps.slice(0, points) ?? [];
      expect(steps.every((step, index) => step === index)).toBe(true);
    }
  } finally {
    await workspace.close({ graceMs: 0 });
  }
}

describe(`${writers} writers with ${connections} connections each, and readers`, () => {
  it(`see no error for ${loadSeconds} s, lose no point, and are answered soon`, {
    timeout: 60_000 + 3000 * loadSeconds,
  }, async () => {
    const load: Load = { kept: [], latenciesMs: [], errors: [] };
    let working: Promise<void> = Promise.resolve();
    const until = (): boolean => performance.now() > startedAt + loadSeconds * 1000;
    let startedAt = Number.POSITIVE_INFINITY;
    await runUntilKilled(
      'serve.ts',
      dir,
      { killAfterMs: loadSeconds * 1000 + 2000, seed: 1 },
      ({ url, token }) => {
        startedAt = performance.now();
        working = runLoad(String(url), String(token), load, until);
      },
    );
    await working;
    const { latenciesMs, errors } = load;
    const perSecond = Math.round(latenciesMs.length / loadSeconds);
    const [p50, p99, worst] = [0.5, 0.99, 1 - 1e-9].map((share) => quantile(latenciesMs, share).toFixed(1));
    console.log(`${perSecond} log-metric calls/s; p50 ${p50} ms, p99 ${p99} ms, worst ${worst} ms`);
    expect(errors).toEqual([]);
    expect(latenciesMs.length).toBeGreaterThan(100 * loadSeconds);
    expect(quantile(latenciesMs, 0.99)).toBeLessThan(p99LimitMs);
    await checkKept(load, false);
  });
});

describe('kill -9 under the load of two writers', () => {
  it(`keeps every acknowledged point, ${kills} times over`, { timeout: 60_000 + 8000 * kills }, async () => {
    const load: Load = { kept: [], latenciesMs: [], errors: [] };
    for (const moment of momentsToKill(kills, 100, 1500)) {
      const working: Promise<void>[] = [];
      await runUntilKilled('serve.ts', dir, moment, ({ url, token }) => {
        working.push(runLoad(String(url), String(token), load, () => false));
      });
      await Promise.all(working);
    }
    await allProcessesGone(dir);
    console.log(`${load.latenciesMs.length} points acknowledged before ${kills} kills`);
    // Every writer and reader was cut off by a kill, and by nothing else.
    expect(
      load.errors.filter((error) => !/ECONNRESET|ECONNREFUSED|socket hang up|EPIPE/.test(error)),
    ).toEqual([]);
    expect(load.latenciesMs.length).toBeGreaterThan(50);
    await checkKept(load, true);
  });
});
