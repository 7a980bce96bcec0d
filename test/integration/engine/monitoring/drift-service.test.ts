import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../../../engine/index.ts';
import {
  DriftReport,
  DriftReportRow,
  DriftRequest,
  type DriftRequestInput,
  ImportRequest,
  ImportResult,
  ListQuery,
} from '../../../../local-api/contract/index.ts';
import { failureOf } from '../../../kit/data/snapshots.ts';
import { normals, uniforms } from '../../../unit/engine/monitoring/statistics/golden-windows.ts';

let dir: string;
let workspace: Workspace;
const versions = { reference: '', current: '', other: '' };

async function importText(dataset: string, text: string): Promise<string> {
  const path = join(dir, `${dataset}.csv`);
  writeFileSync(path, text);
  const job = await workspace.data.import(ImportRequest.parse({ dataset, source: { kind: 'path', path } }));
  return ImportResult.parse((await workspace.jobs.wait(job.id)).result).versionId;
}

/** A table with a moved number, a still one, a moved category, a still flag, an id, a free text and a time. */
function table(rows: number, shift: number, seed: number): string {
  const next = uniforms(seed);
  const normal = normals(next);
  const lines = ['id,moved,still,colour,flag,comment,at'];
  for (let i = 0; i < rows; i++) {
    const colour = next() < 0.3 + shift / 2 ? 'red' : next() < 0.5 ? 'green' : 'blue';
    const missing = i % 50 === 0;
    lines.push(
      `${seed * 10_000 + i},${missing ? '' : (normal() + shift).toFixed(4)},${normal().toFixed(4)},${colour},${next() < 0.4},comment ${seed}-${i},2020-01-0${(i % 9) + 1} 10:00:00`,
    );
  }
  return `${lines.join('\n')}\n`;
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'assay-drift-service-'));
  workspace = await openWorkspace({ dir: join(dir, 'workspace') });
  versions.reference = await importText('before', table(2000, 0, 1));
  versions.current = await importText('after', table(1500, 0.5, 2));
  versions.other = await importText('other', 'z\nq\n');
});
afterAll(async () => {
  await workspace.close({ graceMs: 0 });
  rmSync(dir, { recursive: true, force: true });
});

const request = (more: Partial<DriftRequestInput> = {}) =>
  DriftRequest.parse({
    referenceVersionId: versions.reference,
    currentVersionId: versions.current,
    // The parts of a report have tests of their own.
    sections: [],
    ...more,
  });

async function report(more: Partial<DriftRequestInput> = {}): Promise<DriftReport> {
  const job = await workspace.jobs.wait((await workspace.drift.start(request(more))).id);
  expect(job.error).toBeNull();
  return workspace.drift.get((job.result as { reportId: string }).reportId);
}

describe('drift service', () => {
  it('tells moved columns from still ones and says what it left out', async () => {
    const found = await report();
    expect(DriftReport.parse(found)).toEqual(found);
    expect(found).toMatchObject({
      referenceName: 'before v1',
      currentName: 'after v1',
      referenceRows: 2000,
      currentRows: 1500,
      driftedColumns: 2,
      totalColumns: 4,
      drifted: true,
    });
    expect(found.columns.map(({ name, drifted }) => [name, drifted])).toEqual([
      ['moved', true],
      ['still', false],
      ['colour', true],
      ['flag', false],
    ]);
    const [moved] = found.columns;
    expect(moved?.score).toBeGreaterThan(0.4);
    expect(moved?.reference).toMatchObject({ count: 1960, missing: 40 });
    expect(found.skippedColumns.map(({ name }) => name).sort()).toEqual(['at', 'comment', 'id']);
  });

  it('takes rows for equal only when all their columns are, those too that are not compared', async () => {
    const { sections } = await report({ columns: ['colour', 'flag'], sections: ['quality'] });
    expect(sections?.quality).toMatchObject({ status: 'done', drifted: false });
    expect(JSON.stringify(sections?.quality)).not.toContain('duplicates');
  });

  it('asks for a larger share of drifted columns when told to', async () => {
    expect((await report({ rule: { by: 'share', share: 0.75 } })).drifted).toBe(false);
  });

  it('compares what is named, with the method that is named', async () => {
    const found = await report({ columns: ['at', 'id'], methods: { still: 'ks', colour: 'chi2' } });
    expect(found.columns.map(({ name, method }) => [name, method])).toEqual([
      ['id', 'wasserstein'],
      ['still', 'ks'],
      ['colour', 'chi2'],
      ['at', 'wasserstein'],
    ]);
  });

  it('finds nothing between a version and itself', async () => {
    const found = await report({ currentVersionId: versions.reference });
    expect(found.driftedColumns).toBe(0);
    for (const column of found.columns) expect(column.score).toBe(0);
  });

  it('lists reports by what was found, without their columns', async () => {
    const { items } = await workspace.drift.list(
      ListQuery.parse({ filter: 'drifted = true and driftedColumns >= 2' }),
    );
    expect(items.length).toBeGreaterThan(0);
    for (const item of items) expect(DriftReportRow.strict().parse(item)).toEqual(item);
  });

  it('refuses at once what cannot be compared', async () => {
    const start = (more: Partial<DriftRequestInput>) => failureOf(workspace.drift.start(request(more)));
    expect((await start({ currentVersionId: 'dsv_none' })).code).toBe('datasets/version-not-found');
    expect((await start({ currentVersionId: versions.other })).code).toBe('drift-reports/no-common-columns');
    expect((await start({ methods: { moved: 'chi2' } })).code).toBe('request/invalid');
  });

  it('says when windows are too small to compare', async () => {
    const tiny = await importText('tiny', 'moved,still\n1,2\n3,4\n');
    const job = await workspace.jobs.wait(
      (await workspace.drift.start(request({ currentVersionId: tiny }))).id,
    );
    expect(job).toMatchObject({ state: 'failed', error: { code: 'drift-reports/too-few-rows' } });
  });

  it('deletes a report', async () => {
    const { id } = await report();
    await workspace.drift.delete(id);
    expect((await failureOf(workspace.drift.get(id))).code).toBe('drift-reports/not-found');
    expect((await failureOf(workspace.drift.delete(id))).code).toBe('drift-reports/not-found');
  });
});
