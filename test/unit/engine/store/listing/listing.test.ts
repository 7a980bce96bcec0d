import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { count, list, openStore, type Store } from '../../../../../engine/store/index.ts';
import { runListing } from '../../../../../engine/tracking/run-listing.ts';
import { insertRuns, type SampleRun, sampleRuns } from '../../../../kit/run-table.ts';
import { storeOptions } from '../../../../kit/store.ts';
import { listQuery } from '../../../../kit/workspace.ts';

/** More than the bound below which a condition leads the search, so that both ways of searching are walked. */
const runs = sampleRuns(3000);
let dir: string;
let store: Store;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'assay-listing-'));
  store = await openStore(storeOptions(dir));
  await insertRuns(store, runs);
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

const load = async (keys: number[]) => new Map(keys.map((key) => [key, key]));

/** All pages of a list, joined. */
async function walk(query: { filter?: string; sort?: string }, limit = 400): Promise<number[]> {
  const found: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await list(
      store.db,
      runListing,
      listQuery({ ...query, limit, ...(cursor === undefined ? {} : { cursor }) }),
      { load },
    );
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

const active = (run: SampleRun): boolean => run.lifecycle === 'active';
const auc = (run: SampleRun): number | undefined => run.metrics.auc;
const loss = (run: SampleRun): number | undefined => run.metrics.loss;
const depth = (run: SampleRun): number | null =>
  run.params.depth !== undefined && /^\d/.test(run.params.depth) ? Number(run.params.depth) : null;

/** Each filter with what it means, said once more in TypeScript. Unless it names lifecycle, it is of active runs. */
const filters: [string, (run: SampleRun) => boolean | undefined][] = [
  ['metrics.auc > 0.8', (run) => (auc(run) ?? -1) > 0.8],
  ['metrics.auc >= 0.5 and metrics.loss < 0', (run) => (auc(run) ?? -1) >= 0.5 && (loss(run) ?? 1) < 0],
  ['metrics.auc between 0.25 and 0.5', (run) => (auc(run) ?? -1) >= 0.25 && (auc(run) ?? -1) <= 0.5],
  ['metrics.auc in (0.5, 0.25)', (run) => [0.5, 0.25].includes(auc(run) ?? -1)],
  ['metrics.auc is null', (run) => auc(run) === undefined],
  ['metrics.loss is not null', (run) => loss(run) !== undefined],
  ['metrics.loss != 0', (run) => loss(run) !== undefined && loss(run) !== 0],
  ['metrics.loss > -1000', (run) => (loss(run) ?? Number.NaN) > -1000],
  ['not metrics.loss > 0', (run) => loss(run) !== undefined && !((loss(run) as number) > 0)],
  [
    'metrics.loss not between -1 and 1',
    (run) => loss(run) !== undefined && !(Math.abs(loss(run) as number) <= 1),
  ],
  ['metrics.`a b` > 0', (run) => (run.metrics['a b'] ?? 0) > 0],
  ['metrics.never = 1', () => false],
  ['not (metrics.never = 1)', () => false],
  ["params.trainer = 'gbdt'", (run) => run.params.trainer === 'gbdt'],
  ["params.trainer <> 'gbdt'", (run) => run.params.trainer !== undefined && run.params.trainer !== 'gbdt'],
  ["params.rare = 'yes'", (run) => run.params.rare === 'yes'],
  ['params.depth > 4', (run) => (depth(run) ?? -1) > 4],
  ['params.depth = 6', (run) => depth(run) === 6],
  ["params.depth = '6'", (run) => run.params.depth === '6'],
  ['params.depth != 6', (run) => run.params.depth !== undefined && depth(run) !== 6],
  ["params.depth in ('auto', '')", (run) => ['auto', ''].includes(run.params.depth ?? 'none')],
  ["tags.team like 'a%'", (run) => run.tags.team?.startsWith('a')],
  ["tags.team ilike 'A%'", (run) => run.tags.team?.toLowerCase().startsWith('a')],
  ["tags.team ilike 'ä%'", (run) => run.tags.team === 'Ärzte'],
  ["tags.team like 'a\\%b'", (run) => run.tags.team === 'a%b'],
  ["tags.team = 'o''neil'", (run) => run.tags.team === "o'neil"],
  ["tags.team not like '%a'", (run) => run.tags.team !== undefined && !run.tags.team.endsWith('a')],
  ["name like 'run-1_'", (run) => /^run-1.$/.test(run.name)],
  [
    "status in ('failed', 'running') and experimentId = '1'",
    (run) => run.status !== 'finished' && run.experimentId === 1,
  ],
  ["lifecycle = 'deleted'", () => true],
  ["startedAtMs >= '2026-01-01T04:00Z'", (run) => run.startedAtMs >= Date.UTC(2026, 0, 1, 4)],
  ['durationMs > 500000', (run) => run.endedAtMs !== null && run.endedAtMs - run.startedAtMs > 500_000],
  ['endedAtMs is null', (run) => run.endedAtMs === null],
  [
    "(metrics.auc > 0.9 or params.trainer = 'mlp') and not tags.team = 'beta'",
    (run) =>
      ((auc(run) ?? -1) > 0.9 || run.params.trainer === 'mlp') &&
      run.tags.team !== undefined &&
      run.tags.team !== 'beta',
  ],
];

function expected(filter: string, holds: (run: SampleRun) => boolean | undefined): SampleRun[] {
  const wantsDeleted = filter.includes('lifecycle');
  return runs.filter((run) => active(run) !== wantsDeleted && holds(run) === true);
}

type Key = string | number | null;
/** Each sort as keys by which it compares, null last; for a metric, absent after NaN after numbers. */
const sorts: [string, ((run: SampleRun) => [Key, 1 | -1])[], 1 | -1][] = [
  ['-metrics.auc', [(run) => [auc(run) ?? null, -1]], -1],
  ['metrics.auc', [(run) => [auc(run) ?? null, 1]], 1],
  [
    '-metrics.loss,name',
    [
      (run) => [loss(run) === undefined ? null : Number.isNaN(loss(run)) ? 1 : 0, 1],
      (run) => [loss(run) ?? null, -1],
      (run) => [run.name, 1],
    ],
    1,
  ],
  [
    'params.depth,-metrics.auc',
    [(run) => [depth(run), 1], (run) => [run.params.depth ?? null, 1], (run) => [auc(run) ?? null, -1]],
    -1,
  ],
  ['-tags.team', [(run) => [run.tags.team ?? null, -1]], -1],
  ['startedAtMs', [(run) => [run.startedAtMs, 1]], 1],
  ['-durationMs', [(run) => [run.endedAtMs === null ? null : run.endedAtMs - run.startedAtMs, -1]], -1],
  ['name,-startedAtMs', [(run) => [run.name, 1], (run) => [run.startedAtMs, -1]], -1],
  ['-metrics.auc,-startedAtMs', [(run) => [auc(run) ?? null, -1], (run) => [run.startedAtMs, -1]], -1],
];

function compare([a, direction]: [Key, 1 | -1], [b]: [Key, 1 | -1]): number {
  const [x, y] = [a, b].map((key) => (typeof key === 'number' && Number.isNaN(key) ? 0 : key));
  if (x === y) return 0;
  if (x === null) return 1;
  if (y === null) return -1;
  return ((x as number) < (y as number) ? -1 : 1) * direction;
}

function sorted(of: readonly SampleRun[], [, keys, last]: (typeof sorts)[number]): number[] {
  return [...of]
    .sort((a, b) => {
      for (const key of keys) {
        const order = compare(key(a), key(b));
        if (order !== 0) return order;
      }
      return (a.pk - b.pk) * last;
    })
    .map((run) => run.pk);
}

describe('list', () => {
  it.each(filters)('finds and counts what holds: %s', async (filter, holds) => {
    const wanted = expected(filter, holds);
    expect((await walk({ filter })).sort((a, b) => a - b)).toEqual(wanted.map((run) => run.pk));
    expect(await count(store.db, runListing, filter)).toBe(wanted.length);
  });

  it.each(sorts)(
    'walks all pages in the order %s, absent values last, without gap or repeat',
    async (...sort) => {
      const all = runs.filter(active);
      expect(await walk({ sort: sort[0] })).toEqual(sorted(all, sort));
    },
  );

  it('keeps the order when a condition with few matches leads the search', async () => {
    for (const sort of sorts) {
      const rare = runs.filter((run) => active(run) && run.params.rare === 'yes');
      expect(await walk({ filter: "params.rare = 'yes'", sort: sort[0] }, 7)).toEqual(sorted(rare, sort));
    }
  });

  it('keeps the order when a wide condition is on the key sorted by', async () => {
    const filter = 'metrics.loss > -2';
    const wanted = runs.filter((run) => active(run) && (loss(run) ?? Number.NaN) > -2);
    const sort = sorts[2] as (typeof sorts)[number];
    expect(wanted.length).toBeGreaterThan(2000);
    expect(await walk({ filter, sort: sort[0] })).toEqual(sorted(wanted, sort));
  });

  it.each(filters)('gives the first rows of any order: %s', async (filter, holds) => {
    const wanted = expected(filter, holds);
    for (const sort of sorts) {
      const page = await list(store.db, runListing, listQuery({ filter, sort: sort[0], limit: 50 }), {
        load,
      });
      expect(page.items, sort[0]).toEqual(sorted(wanted, sort).slice(0, 50));
    }
  });

  it('sorts by "order by", and lets "sort" win over it', async () => {
    const byAuc = sorts[1] as (typeof sorts)[number];
    const filter = 'metrics.auc > 0.5 order by metrics.auc';
    const wanted = runs.filter((run) => active(run) && (auc(run) ?? 0) > 0.5);
    expect(await walk({ filter })).toEqual(sorted(wanted, byAuc));
    const byStart = sorts[5] as (typeof sorts)[number];
    expect(await walk({ filter, sort: 'startedAtMs' })).toEqual(sorted(wanted, byStart));
  });

  it('shifts nothing when rows come and go between two pages', async () => {
    const first = await list(store.db, runListing, listQuery({ sort: '-startedAtMs', limit: 10 }), { load });
    const before = await walk({ sort: '-startedAtMs' });
    const newest: SampleRun = {
      ...(runs[0] as SampleRun),
      pk: 900_000,
      id: 'f'.repeat(32),
      lifecycle: 'active',
      startedAtMs: Date.UTC(2030, 0, 1),
      endedAtMs: null,
      metrics: {},
      params: {},
      tags: {},
    };
    await insertRuns(store, [newest]);
    const cursor = first.nextCursor ?? '';
    const second = await list(store.db, runListing, listQuery({ sort: '-startedAtMs', limit: 10, cursor }), {
      load,
    });
    await store.db.deleteFrom('runs').where('pk', '=', newest.pk).execute();
    expect([...first.items, ...second.items]).toEqual(before.slice(0, 20));
  });

  it('gives no cursor when the last page is exactly full', async () => {
    const rare = runs.filter((run) => active(run) && run.params.rare === 'yes').length;
    const page = await list(store.db, runListing, listQuery({ filter: "params.rare = 'yes'", limit: rare }), {
      load,
    });
    expect(page).toMatchObject({ nextCursor: null });
    expect(page.items).toHaveLength(rare);
  });

  it('lists a part only, when it is given a scope', async () => {
    const scope = { id: 'experiment 1', condition: sql`runs.experiment_id = 1` };
    const page = await list(store.db, runListing, listQuery({ limit: 1000 }), { load, scope });
    expect(page.items.length).toBeGreaterThan(0);
    const ofOne = new Set(runs.filter((run) => run.experimentId === 1).map((run) => run.pk));
    expect(page.items.every((pk) => ofOne.has(pk))).toBe(true);
  });
});

describe('a cursor', () => {
  const page = (query: Parameters<typeof listQuery>[0]) =>
    list(store.db, runListing, listQuery(query), { load });

  it.each(['nonsense', '', Buffer.from('{"b":"x","v":[],"k":1}').toString('base64url')])(
    'is refused when it is not one: %j',
    async (cursor) => {
      await expect(page({ cursor })).rejects.toMatchObject({ code: 'request/bad-cursor' });
    },
  );

  it('is refused with another filter, sort or scope than it was given for', async () => {
    const { nextCursor } = await page({ sort: 'name', limit: 5 });
    const cursor = nextCursor ?? '';
    await expect(page({ sort: '-name', cursor })).rejects.toMatchObject({ code: 'request/bad-cursor' });
    await expect(page({ sort: 'name', filter: "status = 'failed'", cursor })).rejects.toMatchObject({
      code: 'request/bad-cursor',
    });
    const scope = { id: 'x', condition: sql`1` };
    await expect(
      list(store.db, runListing, listQuery({ sort: 'name', cursor }), { load, scope }),
    ).rejects.toMatchObject({ code: 'request/bad-cursor' });
    await expect(page({ sort: 'name', cursor, limit: 3 })).resolves.toMatchObject({
      items: expect.any(Array),
    });
  });
});

describe('faults of a query', () => {
  const fault = (query: Parameters<typeof listQuery>[0]) =>
    list(store.db, runListing, listQuery(query), { load }).then(
      () => null,
      (thrown: unknown) => thrown,
    );

  it('are listed all at once, each with its offset and what would fit', async () => {
    const filter =
      "nmae = 'x' and status = 'done' and metrics.auc = 'high' and startedAtMs > 'soon' order by speed";
    expect(await fault({ filter })).toMatchObject({
      code: 'request/bad-filter',
      problems: [
        { path: '0', message: 'there is no field "nmae" in runs', expected: 'did you mean name?' },
        { path: '24', message: "status cannot be compared with 'done'" },
        { path: '49', message: "metrics.auc cannot be compared with 'high'", expected: 'a number' },
        { path: '74', expected: expect.stringContaining('2026-01-31') },
        { path: '90', message: 'there is no field "speed" in runs' },
      ],
    });
  });

  it.each([
    ['metrics.auc like 5', '17'],
    ["metrics.auc like 'x%'", '17'],
    ["params.depth in (1, 'a')", '20'],
    ['name = 5', '7'],
    ["experimentId = 'x'", '15'],
    ['durationMs = true', '13'],
    ['order by name, name', '15'],
  ])('name the offset: %s', async (filter, at) => {
    expect(await fault({ filter })).toMatchObject({ code: 'request/bad-filter', problems: [{ path: at }] });
  });

  it('name the parameter when they are in sort or fields', async () => {
    expect(await fault({ sort: 'nmae' })).toMatchObject({
      code: 'request/invalid',
      problems: [{ path: 'sort', expected: 'did you mean name?' }],
    });
    expect(await fault({ sort: 'name,,' })).toMatchObject({
      code: 'request/invalid',
      problems: [{ path: 'sort' }],
    });
    expect(await fault({ fields: 'name,colour,metrics.auc' })).toMatchObject({
      code: 'request/invalid',
      problems: [{ path: 'fields', message: 'there is no field "colour"' }],
    });
  });

  it('cannot smuggle SQL in, by a value, a key or a name', async () => {
    const evil = "x'; DROP TABLE runs; --";
    await walk({ filter: `name = '${evil.replaceAll("'", "''")}'` });
    await walk({ filter: `metrics.\`${evil}\` > 0`, sort: `metrics.\`${evil}\`` });
    await fault({ filter: `\`${evil}\` = 1` });
    await fault({ sort: `\`${evil}\`` });
    expect(await count(store.db, runListing, undefined)).toBe(runs.filter(active).length);
  });
});
