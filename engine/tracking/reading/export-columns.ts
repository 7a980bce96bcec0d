import type { RunExportQuery } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { fieldName, parseFieldList, parseFields, type Reader, type Sql } from '../../store/index.ts';
import { runListing } from '../run-listing.ts';

export type ColumnType = 'text' | 'integer' | 'real' | 'time';
export type FactFamily = 'params' | 'metrics' | 'tags';

export type ExportColumn = { name: string; type: ColumnType } & (
  | { family: null; sql: Sql }
  | { family: FactFamily; keyId: number }
);

/** As many as a spreadsheet has. */
const mostColumns = 16_384;
const families: readonly FactFamily[] = ['params', 'metrics', 'tags'];
const tables = { params: 'run_params', metrics: 'metric_latest', tags: 'run_tags' } as const;
const runsAtOnce = 1000;

type Key = { id: number; name: string; isNumber: boolean };
type Wanted = { family: FactFamily | null; key: string | null };

/** The id first, then what `fields` names in its order; everything when it is left out. */
function wantedColumns(fields: string | undefined): Wanted[] {
  const id = { family: null, key: 'id' };
  if (fields === undefined || fields.trim() === '') {
    const attributes = Object.keys(runListing.fields).filter((name) => name !== 'id');
    return [
      id,
      ...attributes.map((key) => ({ family: null, key })),
      ...families.map((family) => ({ family, key: null })),
    ];
  }
  parseFields(runListing, fields);
  const wanted = parseFieldList(fields).map(({ family, key, text }): Wanted => {
    const named = families.find((known) => known === (family ?? key));
    if (named !== undefined) return { family: named, key: family === null || key === '*' ? null : key };
    if (runListing.fields[key] !== undefined) return { family: null, key };
    throw new AssayError('request/invalid', `"fields": ${text} is no single value and cannot be a column.`, {
      problems: [
        {
          path: 'fields',
          message: `${text} cannot be a column`,
          expected: 'an attribute, a param, a metric or a tag',
        },
      ],
    });
  });
  return [id, ...wanted];
}

/** The keys of one family that some runs have. Cost: an index range a run. */
function keysInUse({ sqlite }: Reader, pks: readonly number[], family: FactFamily): Key[] {
  const numbers = family === 'params' ? 'count(number)' : '0';
  const statement = sqlite.prepare<[string], { id: number; uses: number; numbers: number }>(
    `SELECT key_id AS id, count(*) AS uses, ${numbers} AS numbers FROM json_each(?) AS run
     CROSS JOIN ${tables[family]} AS entry ON entry.run_pk = run.value GROUP BY key_id`,
  );
  const uses = new Map<number, { uses: number; numbers: number }>();
  for (let from = 0; from < pks.length; from += runsAtOnce) {
    for (const row of statement.all(JSON.stringify(pks.slice(from, from + runsAtOnce)))) {
      const known = uses.get(row.id) ?? { uses: 0, numbers: 0 };
      uses.set(row.id, { uses: known.uses + row.uses, numbers: known.numbers + row.numbers });
    }
  }
  const nameOf = sqlite.prepare<[number], string>('SELECT name FROM keys WHERE id = ?').pluck();
  return [...uses]
    .map(([id, counted]) => ({ id, name: nameOf.get(id) ?? '', isNumber: counted.uses === counted.numbers }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The columns of a file of these runs. A param is a number where all its values are. A key that no run has is left out only
 * where all keys were asked for. Throws request/invalid, runs/export-too-wide.
 */
export function exportColumns(
  reader: Reader,
  query: Pick<RunExportQuery, 'fields'>,
  pks: readonly number[],
): ExportColumn[] {
  const wanted = wantedColumns(query.fields);
  const used = new Map(
    families
      .filter((family) => wanted.some((each) => each.family === family))
      .map((family) => [family, keysInUse(reader, pks, family)]),
  );
  const columns = new Map<string, ExportColumn>();
  for (const { family, key } of wanted) {
    if (family === null) {
      const field = runListing.fields[key ?? ''];
      if (field === undefined || key === null) continue;
      const type = field.type === 'time' ? 'time' : field.type === 'number' ? 'integer' : 'text';
      columns.set(key, { name: key, type, family, sql: field.sql });
      continue;
    }
    const inUse = used.get(family) ?? [];
    const keys =
      key === null
        ? inUse
        : [inUse.find(({ name }) => name === key) ?? { id: -1, name: key, isNumber: false }];
    for (const { id, name, isNumber } of keys) {
      const column = fieldName(family, name);
      const type = family === 'metrics' || isNumber ? 'real' : 'text';
      columns.set(column, { name: column, type, family, keyId: id });
    }
  }
  if (columns.size > mostColumns) {
    const counts = `${columns.size.toLocaleString('en-US')} columns; a file holds ${mostColumns.toLocaleString('en-US')}`;
    throw new AssayError('runs/export-too-wide', `The runs have ${counts}.`);
  }
  return [...columns.values()];
}
