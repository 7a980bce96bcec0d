/** Thresholds that the preset of NannyML learns, beside NannyML itself. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quoteText, withDuckDb } from '../../../engine/duckdb/index.ts';
import { learnThresholds } from '../../../engine/monitoring/learn-thresholds.ts';
import { pythonWith } from '../quality/python.ts';

type Answers = Record<'size' | 'number', Record<string, [number, number | null]>>;

const run = promisify(execFile);
const found = await pythonWith(['nannyml']);
if ('missing' in found) console.error(`Not run: ${found.missing}.`);

const columns = [
  ...['normal', 'skewed', 'gaps'].map((name) => ({
    ...{ name, type: 'float' as const, kind: 'number' as const },
    isNamed: false,
  })),
  { name: 'label', type: 'string' as const, kind: 'category' as const, isNamed: false },
];

describe.skipIf('missing' in found)('thresholds learnt from the reference', () => {
  let dir = '';
  let answers: Answers;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-nannyml-'));
    const program = fileURLToPath(new URL('./learnt_thresholds.py', import.meta.url));
    await run('python' in found ? found.python : '', ['-W', 'ignore', program, dir]);
    answers = JSON.parse(await readFile(join(dir, 'answers.json'), 'utf8')) as Answers;
  }, 180_000);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test.each([
    ['size', 6300],
    ['number', 2005],
  ] as const)('are those of NannyML, chunks by %s', async (chunks, rows) => {
    const path = join(dir, `${chunks}.parquet`);
    const source = join(dir, 'reference.csv');
    const learnt = await withDuckDb({ readable: [], folders: [dir], memoryMb: 256 }, async (db) => {
      await db.run(
        `COPY (SELECT * FROM read_csv(${quoteText(source)}) LIMIT ${rows}) TO ${quoteText(path)} (FORMAT parquet)`,
      );
      return learnThresholds(db, { files: [path], rows }, 900, columns);
    });
    expect(learnt.parts).toBe(chunks === 'size' ? 7 : 11);
    for (const [name, [upper]] of Object.entries(answers[chunks])) {
      expect(learnt.byColumn[name], name).toBeCloseTo(upper, 9);
    }
  });
});
