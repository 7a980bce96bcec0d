import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { ObjectKind } from '../../../../local-api/contract/index.ts';
import { tempTracking } from '../../../kit/tracking.ts';
import { logBatch, newRun } from '../../../kit/workspace.ts';

const blob = { digest: `sha256:${'1'.repeat(64)}`, sizeBytes: 1 };
const uuid = '6f6b9d2e-7c1f-4a57-9c3b-0d0c8a6c5a11';

async function runWith(paths: readonly string[]) {
  const parts = await tempTracking();
  const { id } = await parts.tracking.createRun(newRun());
  for (const path of paths) await parts.tracking.attachArtifact(id, path, blob);
  const groups = async (limit = 100, cursor?: string) => parts.tracking.listObjects(id, { limit, cursor });
  const steps = async (kind: ObjectKind, key: string, limit = 100, cursor?: string) =>
    parts.tracking.objectSteps(id, { kind, key, limit, cursor });
  return { ...parts, id, groups, steps };
}

describe('objects of a run', () => {
  it("are images of MLflow's clients, old and new, by key and step, with their small copies", async () => {
    const { groups, steps } = await runWith([
      `images/dogs+step+10+timestamp+1700000000010+${uuid}.png`,
      `images/dogs+step+10+timestamp+1700000000010+${uuid}+compressed.webp`,
      `images/dogs+step+2+timestamp+1700000000002+${uuid}.png`,
      `images/val~cats%step%7%timestamp%1700000000007%${uuid}.png`,
    ]);
    expect((await groups()).items).toEqual([
      { kind: 'image', key: 'dogs', count: 2, firstStep: 2, lastStep: 10 },
      { kind: 'image', key: 'val/cats', count: 1, firstStep: 7, lastStep: 7 },
    ]);
    const dogs = (await steps('image', 'dogs')).items;
    expect(dogs.map(({ step, timestampMs }) => [step, timestampMs])).toEqual([
      [2, 1700000000002],
      [10, 1700000000010],
    ]);
    expect(dogs.map(({ thumbnailPath }) => thumbnailPath?.slice(-15))).toEqual([
      undefined,
      'compressed.webp',
    ]);
    expect((await steps('image', 'val/cats')).items).toHaveLength(1);
  });

  it('are what was logged to us, with captions apart and a later time as an object of its own', async () => {
    const { groups, steps } = await runWith([
      'objects/histogram/weights~layer 1/0.json',
      'objects/histogram/weights~layer 1/100.json',
      'objects/histogram/weights~layer 1/100.caption.txt',
      'objects/histogram/weights~layer 1/100@1700000000000.json',
      'objects/text/notes/-1.txt',
      'objects/readme.txt',
      'objects/unknown/x/1.json',
    ]);
    expect((await groups()).items).toEqual([
      { kind: 'histogram', key: 'weights/layer 1', count: 3, firstStep: 0, lastStep: 100 },
      { kind: 'text', key: 'objects/readme.txt', count: 1, firstStep: 0, lastStep: 0 },
      { kind: 'text', key: 'notes', count: 1, firstStep: -1, lastStep: -1 },
    ]);
    const [, second, third] = (await steps('histogram', 'weights/layer 1')).items;
    expect(second).toMatchObject({
      step: 100,
      captionPath: 'objects/histogram/weights~layer 1/100.caption.txt',
    });
    expect(third).toMatchObject({ step: 100, timestampMs: 1700000000000, captionPath: null });
  });

  it('do not mix keys of which one begins with the other', async () => {
    const { steps } = await runWith([
      `images/a+step+1+timestamp+1+${uuid}.png`,
      `images/a b+step+2+timestamp+1+${uuid}.png`,
      'objects/image/a/3.png',
    ]);
    expect((await steps('image', 'a')).items.map(({ step }) => step)).toEqual([1, 3]);
  });

  it('are single files outside of models, and tables that a tag names', async () => {
    const { groups, tracking, id } = await runWith([
      'confusion.png',
      'page.html',
      'roc.vl.json',
      'predictions.json',
      'other.json',
      'model/MLmodel',
      'model/requirements.txt',
      'model/plot.png',
    ]);
    await tracking.log(
      id,
      logBatch({
        tags: {
          'mlflow.loggedArtifacts': JSON.stringify([
            { path: 'predictions.json', type: 'table' },
            { path: 'gone.json', type: 'table' },
          ]),
        },
      }),
    );
    expect((await groups()).items.map(({ kind, key }) => [kind, key])).toEqual([
      ['table', 'predictions.json'],
      ['image', 'confusion.png'],
      ['html', 'page.html'],
      ['figure', 'roc.vl.json'],
    ]);
  });

  it('come in pages that miss nothing and repeat nothing', async () => {
    const { groups, steps } = await runWith([
      ...[3, 1, 2].map((step) => `images/a+step+${step}+timestamp+1+${uuid}.png`),
      'objects/text/b/1.txt',
      'objects/text/c/1.txt',
      'x.png',
      'y.png',
    ]);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await groups(2, cursor);
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ key }) => key));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(['a', 'b', 'c', 'x.png', 'y.png']);
    const first = await steps('image', 'a', 2);
    const second = await steps('image', 'a', 2, first.nextCursor ?? '');
    expect([...first.items, ...second.items].map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(second.nextCursor).toBeNull();
    await expect(groups(2, 'nonsense')).rejects.toMatchObject({ code: 'request/bad-cursor' });
  });

  it('of 10,000 images with their small copies are listed as one group, page by page', async () => {
    const { store, tracking, id, groups, steps } = await runWith([]);
    await sql`
      WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
      INSERT INTO run_artifacts (run_pk, path, digest, size_bytes, created_at_ms)
      SELECT (SELECT pk FROM runs WHERE id = ${id}), 'images/samples+step+' || i || '+timestamp+1+${sql.raw(uuid)}' || ending,
        ${blob.digest}, 1, 0 FROM n, (SELECT '.png' AS ending UNION SELECT '+compressed.webp')`.execute(
      store.db,
    );
    await groups();
    const start = performance.now();
    const { items } = await groups();
    const listed = performance.now() - start;
    expect(items).toEqual([{ kind: 'image', key: 'samples', count: 10_000, firstStep: 0, lastStep: 9999 }]);
    const page = await steps('image', 'samples', 1000);
    const paged = performance.now() - start - listed;
    expect(page.items.at(-1)?.step).toBe(999);
    expect(page.items.every(({ thumbnailPath }) => thumbnailPath !== null)).toBe(true);
    console.info(`groups ${listed.toFixed(1)} ms, 1,000 steps ${paged.toFixed(1)} ms`);
    // Others have their turn while all files are listed.
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    expect(await tracking.listArtifacts(id, '', true)).toHaveLength(20_000);
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(5);
  });
});
