import type { Problem } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { numberOfText, type Store } from '../store/index.ts';
import { columnTags, isColumnTag } from './column-tags.ts';
import type { KeyIds } from './key-ids.ts';

/** Writes params and tags of a run. To be called in a transaction. */
export function createFactsWriter({ sqlite }: Pick<Store, 'sqlite'>, keyIds: KeyIds) {
  const paramOf = sqlite.prepare<[number, number], { value: string }>(
    'SELECT value FROM run_params WHERE run_pk = ? AND key_id = ?',
  );
  const insertParam = sqlite.prepare<[number, number, string, number | null]>(
    'INSERT INTO run_params (run_pk, key_id, value, number) VALUES (?, ?, ?, ?)',
  );
  const upsertTag = sqlite.prepare<[number, number, string]>(
    `INSERT INTO run_tags (run_pk, key_id, value) VALUES (?, ?, ?)
     ON CONFLICT (run_pk, key_id) DO UPDATE SET value = excluded.value WHERE value <> excluded.value`,
  );
  const deleteTag = sqlite.prepare<[number, string]>(
    'DELETE FROM run_tags WHERE run_pk = ? AND key_id = (SELECT id FROM keys WHERE name = ?)',
  );

  // The names of columns come from the table of tags, never from a request.
  const setColumn = new Map(
    Object.entries(columnTags).map(([tag, column]) => [
      tag,
      sqlite.prepare<{ value: string | null; pk: number }>(
        `UPDATE runs SET ${column} = @value WHERE pk = @pk AND ${column} IS NOT @value`,
      ),
    ]),
  );
  const writeColumn = (pk: number, tag: keyof typeof columnTags, text: string): boolean => {
    // A run has a name always, and a parent or none.
    if (tag === 'mlflow.runName' && text === '') return false;
    const value = tag === 'mlflow.parentRunId' && text === '' ? null : text;
    return (setColumn.get(tag)?.run({ pk, value }).changes ?? 0) > 0;
  };

  return {
    /** The same value again is fine. Throws runs/param-changed with every param that would change, and writes none. */
    params(runPk: number, params: Readonly<Record<string, string>>): boolean {
      const problems: Problem[] = [];
      const added: [string, string][] = [];
      for (const [key, value] of Object.entries(params)) {
        const existing = paramOf.get(runPk, keyIds.id(key))?.value;
        if (existing === undefined) added.push([key, value]);
        else if (existing !== value) {
          problems.push({ path: `/params/${key}`, message: `is '${existing}' and cannot become '${value}'` });
        }
      }
      if (problems.length > 0) {
        const names = problems.map(({ path }) => path.slice('/params/'.length)).join(', ');
        throw new AssayError('runs/param-changed', `These params have another value already: ${names}.`, {
          problems,
        });
      }
      for (const [key, value] of added) insertParam.run(runPk, keyIds.id(key), value, numberOfText(value));
      return added.length > 0;
    },

    tags(runPk: number, tags: Readonly<Record<string, string>>): boolean {
      let changes = 0;
      for (const [key, value] of Object.entries(tags)) {
        if (isColumnTag(key)) changes += writeColumn(runPk, key, value) ? 1 : 0;
        else changes += upsertTag.run(runPk, keyIds.id(key), value).changes;
      }
      return changes > 0;
    },

    /** Gives whether there was one. The name of a run stays. */
    deleteTag: (runPk: number, key: string): boolean =>
      isColumnTag(key)
        ? key === 'mlflow.runName' || writeColumn(runPk, key, '')
        : deleteTag.run(runPk, key).changes > 0,
  };
}
export type FactsWriter = ReturnType<typeof createFactsWriter>;
