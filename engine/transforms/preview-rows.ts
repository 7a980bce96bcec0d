import type {
  DatasetVersion,
  Problem,
  TransformDefinition,
  TransformPreview,
} from '../../local-api/contract/index.ts';
import { cellOf } from '../data/index.ts';
import { type DuckDb, duckDbError, openDuckDb, parquetTable } from '../duckdb/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import { ANSWER, type InputTable, planTransform } from './plan-transform.ts';

/** A preview over all rows is given up after this time. */
const PATIENCE_MS = 500;
/** And is then made of so many rows of each input. */
const FIRST_ROWS = 50_000;
const MEMORY_MB = 512;

export type Previewer = {
  /** For checks: reads no rows. */
  db(): Promise<DuckDb>;
  preview(
    definition: TransformDefinition,
    inputs: ReadonlyMap<string, { version: DatasetVersion; files: readonly string[] }>,
    options: { step?: number | undefined; part?: string | undefined; limit: number },
  ): Promise<TransformPreview>;
  close(): Promise<void>;
};

/**
 * One DuckDB for checks and one for previews, opened when first needed; they read snapshots and nothing else. Previews run one
 * after the other, so that the time of one is its own.
 */
export function createPreviewer(options: { datasetsDir: string; tmpDir: string }): Previewer {
  const open = () =>
    openDuckDb({ readable: [], folders: [options.tmpDir, options.datasetsDir], memoryMb: MEMORY_MB });
  const checks = lazily(open);
  const previews = lazily(open);
  let last: Promise<unknown> = Promise.resolve();
  return {
    db: checks.get,
    preview(definition, inputs, { step, part, limit }) {
      const work = last.then(async () => {
        const db = await previews.get();
        return previewRows(db, definition, inputs, { step, part, limit });
      });
      last = work.catch(() => {});
      return work;
    },
    async close() {
      await last;
      await Promise.all([checks.close(), previews.close()]);
    },
  };
}

function lazily(open: () => Promise<DuckDb>) {
  let opened: Promise<DuckDb> | null = null;
  return {
    get(): Promise<DuckDb> {
      if (opened === null) {
        const opening = open();
        // A failure is not kept: the next one tries again.
        opening.catch(() => {
          opened = null;
        });
        opened = opening;
      }
      return opened;
    },
    async close(): Promise<void> {
      const closing = opened;
      opened = null;
      (await closing?.catch(() => null))?.close();
    },
  };
}

async function previewRows(
  db: DuckDb,
  definition: TransformDefinition,
  inputs: ReadonlyMap<string, { version: DatasetVersion; files: readonly string[] }>,
  { step, part, limit }: { step?: number | undefined; part?: string | undefined; limit: number },
): Promise<TransformPreview> {
  const startedMs = performance.now();
  const attempt = async (mostRows: number | null) => {
    const tables = new Map(
      [...inputs].map(([alias, { version, files }]): [string, InputTable] => {
        const from =
          mostRows === null
            ? parquetTable(files)
            : `(SELECT * FROM ${parquetTable(files)} LIMIT ${mostRows})`;
        return [alias, { columns: version.columns, from }];
      }),
    );
    const plan = await planTransform(db, definition, tables, step);
    if (plan.select === null) throw badDefinition(plan.problems);
    const output = plan.outputs.find((one) => one.part === part) ?? plan.outputs[0];
    const all = `WITH ${ANSWER} AS (${plan.select}) ${output?.select ?? `SELECT * FROM ${ANSWER}`} LIMIT ${limit}`;
    return { plan, rows: await (mostRows === null ? withinTime(db, all) : db.rows(all)) };
  };
  try {
    const whole = await attempt(null);
    const { plan, rows } = whole.rows === null ? await attempt(FIRST_ROWS) : whole;
    return {
      columns: plan.columns,
      rows: (rows ?? []).map((row) => row.map(cellOf)),
      sql: plan.sql ?? '',
      basis: whole.rows === null ? 'first-rows' : 'all',
      basisRows: whole.rows === null ? FIRST_ROWS : null,
      milliseconds: performance.now() - startedMs,
    };
  } catch (thrown) {
    // What is wrong with a value shows when rows are computed only: a text that is no number.
    const error = duckDbError(thrown, 'transforms/bad-definition', 'The rows cannot be computed');
    if (error.code !== 'transforms/bad-definition' || error.problems !== undefined) throw error;
    throw badDefinition([{ path: placeOf(definition, step), message: error.message }]);
  }
}

const placeOf = ({ sql, steps }: TransformDefinition, step: number | undefined): string =>
  sql === undefined ? `/steps/${Math.max(0, step ?? (steps?.length ?? 1) - 1)}` : '/sql';

export function badDefinition(problems: readonly Problem[]): AssayError {
  const message = problems.map((problem) => `${problem.path}: ${problem.message}`).join('; ');
  return new AssayError('transforms/bad-definition', message, { problems });
}

/** The rows, or null when they are not there within the time that somebody who types waits. */
async function withinTime(db: DuckDb, sql: string) {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    db.interrupt();
  }, PATIENCE_MS);
  try {
    return await db.rows(sql);
  } catch (thrown) {
    if (isLate && /INTERRUPT/i.test(messageOf(thrown))) return null;
    throw thrown;
  } finally {
    clearTimeout(timer);
  }
}
