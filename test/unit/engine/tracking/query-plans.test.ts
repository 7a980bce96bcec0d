import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { count, list, openStore, type Store } from '../../../../engine/store/index.ts';
import { runListing } from '../../../../engine/tracking/run-listing.ts';
import { insertRuns, sampleRuns } from '../../../kit/run-table.ts';
import { storeOptions } from '../../../kit/store.ts';
import { listQuery } from '../../../kit/workspace.ts';

let store: Store;

beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'assay-plans-'));
  store = await openStore(storeOptions(dir));
  await insertRuns(store, sampleRuns(3000));
  return async () => {
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  };
});

/** How SQLite goes about each statement that `work` prepares. */
async function plansOf(work: () => Promise<unknown>): Promise<string[]> {
  const prepare = vi.spyOn(store.sqlite, 'prepare');
  await work();
  const texts = prepare.mock.calls.map(([text]) => text);
  prepare.mockRestore();
  expect(texts.length).toBeGreaterThan(0);
  return texts.map((text) => {
    const parameters = Array((text.match(/\?/g) ?? []).length).fill(null);
    const rows = store.sqlite
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${text}`)
      .all(...parameters);
    return rows.map((row) => row.detail).join('\n');
  });
}

const load = async (keys: number[]) => new Map(keys.map((key) => [key, key]));
const page = (query: Parameters<typeof listQuery>[0]) =>
  list(store.db, runListing, listQuery(query), { load });

describe('a list of runs', () => {
  it.each([
    ['the newest', {}, /SEARCH runs USING .*INDEX runs_by_start/],
    ['the newest of an experiment', { filter: 'experimentId = 1' }, /INDEX runs_by_experiment/],
    ['by a metric', { sort: '-metrics.auc' }, /SEARCH sorted USING COVERING INDEX metric_latest_by_key/],
    [
      'by a metric, with a wide condition on it',
      { filter: 'metrics.loss > -100', sort: 'metrics.loss' },
      /SEARCH sorted USING COVERING INDEX metric_latest_by_key \(key_id=\? AND is_nan=\? AND value>\?\)/,
    ],
    ['by a param', { sort: 'params.depth' }, /SEARCH sorted USING INDEX run_params_by_number/],
    ['by a tag', { sort: '-tags.team' }, /SEARCH sorted USING .*INDEX run_tags_by_value/],
  ])('that shows %s is read in the order of an index, without a sort of all', async (_, query, index) => {
    const plans = await plansOf(() => page({ ...query, limit: 20 }));
    const main = plans.find((plan) => index.test(plan));
    expect(main, plans.join('\n--\n')).toBeDefined();
    expect(main).not.toMatch(/SCAN runs(?! USING)/);
    expect(main).not.toMatch(/TEMP B-TREE FOR ORDER BY/);
  });

  it('that few match begins with those few', async () => {
    const plans = await plansOf(() =>
      page({ filter: "params.rare = 'yes' and metrics.auc > 0", sort: '-metrics.auc' }),
    );
    expect(plans.at(-1)).toMatch(
      /SEARCH entry USING .*INDEX run_params_by_value[^\n]*\n(?:.*\n)*?SEARCH runs USING INTEGER PRIMARY KEY/,
    );
  });

  it('without a parent is read in the order of an index that has only these', async () => {
    const plans = await plansOf(() => page({ filter: 'parentRunId is null' }));
    expect(plans.at(-1)).toMatch(/USING INDEX root_runs_by_start/);
    expect(plans.at(-1)).not.toMatch(/TEMP B-TREE/);
  });

  it('that wide conditions leave far down the order puts the rows of one condition aside, and walks the index of the order', async () => {
    const filter =
      "metrics.loss > -100 and params.trainer in ('gbdt', 'mlp', 'linear') and name like 'nothing%'";
    const plans = await plansOf(() => page({ filter, sort: '-metrics.auc' }));
    const walks = plans.filter((plan) =>
      /SEARCH sorted USING COVERING INDEX metric_latest_by_key/.test(plan),
    );
    expect(walks.length).toBeGreaterThan(0);
    expect(walks.at(-1)).toMatch(/LIST SUBQUERY/);
    expect(plans.join('\n')).not.toMatch(/SCAN (entry|sorted)|metric_points/);
  });

  it('that pass conditions on keys are counted without a look at the runs', async () => {
    const plans = await plansOf(() => count(store.db, runListing, "metrics.loss > -100 and tags.team = 'a'"));
    expect(plans.at(-1)).toMatch(/COVERING INDEX/);
    expect(plans.at(-1)).not.toMatch(/SEARCH runs USING INTEGER PRIMARY KEY/);
  });

  it('of an experiment is counted in its index alone', async () => {
    const plans = await plansOf(() => count(store.db, runListing, 'experimentId = 1'));
    expect(plans.at(-1)).toMatch(/SEARCH runs USING COVERING INDEX runs_by_experiment/);
  });

  it('never reads the history of metrics, whatever is asked', async () => {
    const queries = [
      { filter: 'metrics.auc > 0.5 or metrics.loss is null', sort: 'metrics.`a b`,-metrics.auc' },
      { filter: "not metrics.auc between 0 and 1 and tags.team like 'a%'", sort: 'name' },
    ];
    for (const query of queries) {
      const plans = await plansOf(async () => {
        await page(query);
        await count(store.db, runListing, query.filter);
      });
      expect(plans.join('\n')).not.toContain('metric_points');
      expect(plans.join('\n')).not.toMatch(/SCAN (entry|sorted)/);
    }
  });
});
