import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withDuckDb } from '../../../../engine/duckdb/index.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';
import { type TempTracking, tempTracking } from '../../../kit/tracking.ts';
import { logBatch, newRun } from '../../../kit/workspace.ts';

async function tracked(): Promise<TempTracking & { ids: string[]; dir: string }> {
  const dir = tempFolder();
  const temp = await tempTracking({ tmpDir: dir });
  onTestFinished(() => temp.tracking.stopReading());
  const ids: string[] = [];
  for (const [name, note, depth, auc] of [
    ['first', '=1+1', '6', 0.5],
    ['second', 'says "hi",\nand more', '10', 'NaN'],
    ['third', '', undefined, 'Infinity'],
  ] as const) {
    temp.clock.advance(1000);
    const params: Record<string, string> = depth === undefined ? { note } : { note, depth };
    const { id } = await temp.tracking.createRun(newRun({ name, params, tags: { team: 'a' } }));
    await temp.tracking.log(id, logBatch({ metrics: [{ key: 'auc', value: auc, step: 0 }] }));
    ids.push(id);
  }
  return { ...temp, ids, dir };
}

const never = () => new AbortController().signal;

async function csvOf(temp: TempTracking, selection: Parameters<TempTracking['tracking']['exportRuns']>[1]) {
  const file = await temp.tracking.exportRuns('csv', selection, never());
  const content = await text(file.open(undefined));
  expect(Buffer.byteLength(content)).toBe(file.sizeBytes);
  await file.discard();
  return content;
}

describe('the CSV of runs', () => {
  it('has the columns in the order asked for, all matching runs in theirs, and no formula', async () => {
    const temp = await tracked();
    const [a, b, c] = temp.ids;
    expect(
      await csvOf(temp, {
        fields: 'params.note,name,metrics.auc,startedAtMs',
        sort: 'name',
        filter: "tags.team = 'a'",
      }),
    ).toBe(
      [
        'id,params.note,name,metrics.auc,startedAtMs',
        `${a},'=1+1,first,0.5,2026-01-01T00:00:01.000Z`,
        `${b},"says ""hi"",\nand more",second,NaN,2026-01-01T00:00:02.000Z`,
        `${c},,third,Infinity,2026-01-01T00:00:03.000Z`,
        '',
      ].join('\r\n'),
    );
  });

  it('has a column for every key in use when no fields are named', async () => {
    const temp = await tracked();
    const [header] = (await csvOf(temp, {})).split('\r\n');
    expect(header).toMatch(/^id,name,status,/);
    expect(header).toMatch(/,params\.depth,params\.note,metrics\.auc,tags\.team$/);
  });

  it('of chosen ids takes deleted ones too and leaves out unknown ones', async () => {
    const temp = await tracked();
    const [a, b] = temp.ids;
    await temp.tracking.deleteRun(a ?? '');
    const csv = await csvOf(temp, { fields: 'name', sort: 'name', runIds: [b ?? '', a ?? '', 'nobody'] });
    expect(csv).toBe(`id,name\r\n${a},first\r\n${b},second\r\n`);
  });

  it('is refused with the place of a fault, and leaves no file behind', async () => {
    const temp = await tracked();
    const ask = (selection: { filter?: string; fields?: string }) =>
      temp.tracking.exportRuns('csv', selection, never()).catch((thrown: unknown) => thrown);
    expect(await ask({ filter: 'name =' })).toMatchObject({ code: 'request/bad-filter' });
    expect(await ask({ fields: 'nmae' })).toMatchObject({ code: 'request/invalid' });
    expect(await ask({ fields: 'inputs' })).toMatchObject({ code: 'request/invalid' });
    expect(readdirSync(temp.dir)).toEqual([]);
  });

  it('that nobody waits for any more is given up, without a file', async () => {
    const temp = await tracked();
    const leaving = new AbortController();
    const asked = temp.tracking.exportRuns('csv', {}, leaving.signal).catch((thrown: unknown) => thrown);
    leaving.abort();
    expect(await asked).toBeInstanceOf(Error);
    expect(readdirSync(temp.dir)).toEqual([]);
  });
});

describe('the Parquet of runs', () => {
  it('has metrics and numeric params as numbers, times as timestamps, and tells an empty text from none', async () => {
    const temp = await tracked();
    const file = await temp.tracking.exportRuns(
      'parquet',
      { sort: 'name', fields: 'name,startedAtMs,params.note,params.depth,metrics.auc,tags.nowhere' },
      never(),
    );
    const path = join(temp.dir, 'copy.parquet');
    await writeFile(path, file.open(undefined));
    await file.discard();
    expect(existsSync(path)).toBe(true);
    await withDuckDb({ readable: [path], folders: [temp.dir], memoryMb: 256 }, async (db) => {
      const from = `'${path}'`;
      expect(await db.describe(`SELECT * FROM ${from}`)).toEqual([
        { name: 'id', type: 'VARCHAR' },
        { name: 'name', type: 'VARCHAR' },
        { name: 'startedAtMs', type: 'TIMESTAMP' },
        { name: 'params.note', type: 'VARCHAR' },
        { name: 'params.depth', type: 'DOUBLE' },
        { name: 'metrics.auc', type: 'DOUBLE' },
        { name: 'tags.nowhere', type: 'VARCHAR' },
      ]);
      expect(
        await db.rows(
          `SELECT "params.note", "params.depth", "metrics.auc"::VARCHAR, epoch_ms("startedAtMs")::VARCHAR, "tags.nowhere" FROM ${from}`,
        ),
      ).toEqual([
        ['=1+1', 6, '0.5', '1767225601000', null],
        ['says "hi",\nand more', 10, 'nan', '1767225602000', null],
        ['', null, 'inf', '1767225603000', null],
      ]);
    });
  });

  it('takes a thousand columns, and is refused beyond them', async () => {
    const temp = await tracked();
    const wide = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'x']));
    const { id } = await temp.tracking.createRun(newRun({ tags: wide(999) }));
    const fields = 'tags.*';
    const ask = () => temp.tracking.exportRuns('parquet', { fields, runIds: [id] }, never());
    const file = await ask();
    await file.discard();
    await temp.tracking.changeRunTags({ runIds: [id], set: { more: 'x' }, remove: [] });
    await expect(ask()).rejects.toMatchObject({ code: 'runs/export-too-wide' });
    expect(readdirSync(temp.dir)).toEqual([]);
  });
});
