/**
 * `npm run bench:scale [-- --json] [-- --runs N]`: searches of 100,000 runs with 50 metrics each, 12,000 keys and 3,000
 * experiments, in the engine itself, and a curve of a million points. Prints and never fails by time. Filling takes minutes.
 */
import { openWorkspace } from '../../engine/index.ts';
import { silentLogger } from '../../engine/system/index.ts';
import { fillCurve, fillRuns, volumeRun } from '../kit/run-volume.ts';
import { listQuery } from '../kit/workspace.ts';
import { withTempDir } from './engine.ts';
import { type BenchRow, printReport, row } from './report.ts';

const at = process.argv.indexOf('--runs');
const runs = at > 0 ? Number(process.argv[at + 1]) : 100_000;
const shape = { metrics: 50, params: 5, tags: 2 };

const searches: Record<string, { filter?: string; sort?: string }> = {
  'the newest': {},
  'newest of an experiment': { filter: 'experimentId = 1' },
  'by a metric': { sort: '-metrics.m3' },
  'by a metric, within an experiment': { filter: 'experimentId = 1', sort: 'metrics.m7' },
  'two metrics, a param, by a third metric': {
    filter: "metrics.m0 > 0.5 and metrics.m1 < 0.7 and params.p0 = 'gbdt'",
    sort: '-metrics.m2',
  },
  'a rare param': { filter: "params.p2 = '7000'" },
  'a tag, by time': { filter: "tags.t0 = 'team-7'" },
  'a status': { filter: "status = 'failed'" },
  'a part of a name': { filter: "name like '%999%'" },
  'roots only': { filter: 'parentRunId is null' },
  'two wide metrics, by name': { filter: 'metrics.m0 > 0.5 and metrics.m1 < 0.7', sort: 'name' },
  'the lowest of a metric': { filter: 'min(metrics.m4) < 0.001' },
};

async function p95Ms(call: () => Promise<unknown>): Promise<number> {
  await call();
  const taken: number[] = [];
  for (let i = 0; i < 20; i += 1) {
    const start = performance.now();
    await call();
    taken.push(performance.now() - start);
  }
  return taken.sort((a, b) => a - b)[18] ?? Number.NaN;
}

const rows: BenchRow[] = [];
await withTempDir(async (dir) => {
  const workspace = await openWorkspace({ dir, logger: silentLogger, environment: {}, startJobs: false });
  const { tracking, store } = workspace;
  try {
    fillRuns(store.sqlite, { experimentId: 1, from: 0, count: runs, shape });
    const addExperiment = store.sqlite.prepare(
      'INSERT INTO experiments (name, created_at_ms, updated_at_ms) VALUES (?, ?, ?)',
    );
    const addKey = store.sqlite.prepare('INSERT INTO keys (name) VALUES (?)');
    store.sqlite.transaction(() => {
      for (let i = 0; i < 3000; i += 1) addExperiment.run(`experiment ${i}`, i, i);
      for (let i = 0; i < 12_000; i += 1) addKey.run(`layer/${i}/norm`);
      store.sqlite
        .prepare(
          "INSERT INTO run_tags (run_pk, key_id, value) SELECT id % 1000 + 1, id, 'x' FROM keys WHERE name LIKE 'layer/%'",
        )
        .run();
    })();
    const longRun = volumeRun(0, shape).id;
    fillCurve(store.sqlite, { runId: longRun, key: 'long', points: 1_000_000 });

    const fields = 'name,status,startedAtMs,metrics.m0,params.p0';
    for (const [name, query] of Object.entries(searches)) {
      const list = () => tracking.listRuns(listQuery({ ...query, fields }));
      rows.push(row(`50 runs: ${name}`, 'ms (p95)', await p95Ms(list)));
    }
    const counted = [
      undefined,
      'experimentId = 1',
      'metrics.m0 > 0.5',
      "params.p0 = 'gbdt'",
      "metrics.m0 > 0.5 and metrics.m1 < 0.7 and params.p0 = 'gbdt'",
      'experimentId = 1 and metrics.m0 > 0.5',
    ];
    for (const filter of counted) {
      rows.push(row(`count: ${filter ?? 'all'}`, 'ms (p95)', await p95Ms(() => tracking.countRuns(filter))));
    }
    const groups = { by: ['params.p0'], metrics: ['m0'], sort: '-mean(metrics.m0)', runIds: 3, limit: 100 };
    rows.push(
      row('groups by a param, with a metric', 'ms (p95)', await p95Ms(() => tracking.groupRuns(groups))),
    );
    for (const format of ['csv', 'parquet'] as const) {
      const start = performance.now();
      const file = await tracking.exportRuns(
        format,
        { fields: 'name,startedAtMs,metrics.*,params.*' },
        new AbortController().signal,
      );
      rows.push(
        row(`all runs as ${format}, with metrics and params`, 's', (performance.now() - start) / 1000),
      );
      await file.discard();
    }
    rows.push(
      row(
        '3,000 experiments, 100 of them',
        'ms (p95)',
        await p95Ms(() => tracking.listExperiments(listQuery({ limit: 100 }))),
      ),
    );
    rows.push(
      row(
        '12,000 keys, those of a prefix',
        'ms (p95)',
        await p95Ms(() => tracking.keys({ prefix: 'layer/11', limit: 100 })),
      ),
    );
    const curve = () => tracking.series({ runIds: [longRun], keys: ['long'], maxPoints: 1000 });
    rows.push(row('a curve of 1,000,000 points', 'ms (p95)', await p95Ms(curve)));
    const many = Array.from({ length: 200 }, (_, i) => volumeRun(i, shape).id);
    const curves = () => tracking.series({ runIds: many, keys: ['m0', 'm1', 'm2'], maxPoints: 1000 });
    rows.push(row('600 curves of 200 runs', 'ms (p95)', await p95Ms(curves)));
  } finally {
    await workspace.close({ graceMs: 0 });
  }
});
printReport(rows);
