import type { DataService } from '../data/index.ts';
import type { Standing } from './auto-runs.ts';
import { freshness } from './freshness.ts';
import { inputEnds, resolveInputs, runKey } from './resolve-inputs.ts';
import { definitionOf, type TransformBook, type TransformRow, toRun } from './transform-book.ts';

/** How a transform stands now: its newest definition, its last run, and whether what it made is of the newest data. */
export function createStandings({ book, data }: { book: TransformBook; data: DataService }) {
  return async (row: TransformRow): Promise<Standing> => {
    const definition = definitionOf(await book.versionRow(row, row.version));
    const [resolved, last, made] = await Promise.all([
      resolveInputs(data, definition),
      book.lastRun(row.pk),
      book.lastRun(row.pk, 'succeeded'),
    ]);
    const now = resolved.problems.length > 0 ? null : inputEnds(resolved.versions);
    const lastRun = last === undefined ? null : toRun(last, row);
    const wantedKey = now === null ? null : runKey(definition, now);
    const { state, reasons } = freshness({
      version: row.version,
      now,
      missing: resolved.problems.map(({ message }) => message),
      wantedKey,
      last:
        last && lastRun ? { state: last.state, key: last.key, message: lastRun.error?.message ?? '' } : null,
      made: made ? { version: made.version, key: made.key, inputs: toRun(made, row).inputs } : null,
    });
    const transform = {
      id: row.id,
      name: row.name,
      description: row.description,
      auto: row.auto === 1,
      version: row.version,
      definition,
      state,
      reasons,
      lastRun,
      createdAtMs: row.created_at_ms,
      updatedAtMs: row.updated_at_ms,
    };
    const gaveUp = last !== undefined && last.state !== 'succeeded' && last.key === wantedKey;
    return { transform, canRun: now !== null && !gaveUp };
  };
}
