import type {
  ColumnDetails,
  ColumnProfile,
  DatasetProfile,
  ProfileDetails,
  TargetProfile,
} from '../../local-api/contract/index.ts';
import { type DuckDb, parquetTable, quoteIdentifier, withDuckDb } from '../duckdb/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { cellOf } from './cells.ts';
import { associatedColumns, associationsOf } from './profile/associations.ts';
import { duplicateExamples } from './profile/duplicate-examples.ts';
import { missingPatterns } from './profile/missing-patterns.ts';
import { numberShapes } from './profile/number-shape.ts';
import {
  type CategoryColumn,
  drawSample,
  readCategoryColumns,
  readNumberColumns,
  type Sample,
} from './profile/sample.ts';
import { semanticOfNumbers, semanticOfTexts } from './profile/semantic-types.ts';
import { tableFindings } from './profile/table-findings.ts';
import { type SampledColumn, targetKind, targetProfile } from './profile/target-profile.ts';
import { textShape } from './profile/text-shape.ts';
import { timeShape } from './profile/time-shape.ts';

export type DetailsJobInput = {
  files: string[];
  /** What the import counted. */
  profile: DatasetProfile;
  wantsDetails: boolean;
  target: string | null;
  /** For DuckDB; the sample in typed arrays comes on top. */
  memoryMb: number;
};

export type DetailsJobOutput = { details: ProfileDetails | null; target: TargetProfile | null };

/** Columns with more different values are not counted once more. */
const COUNTABLE_VALUES = 50_000;
const RARE_VALUES = 10;
const TEXTS_AT_ONCE = 8;

/** Computes the details of a profile, what goes with a target, or both. Errors: those of reading the snapshot. */
export async function run(context: JobContext<DetailsJobInput>): Promise<DetailsJobOutput> {
  const { input, tmpDir, signal } = context;
  const { files, profile } = input;
  const limits = { readable: files, folders: [tmpDir], memoryMb: input.memoryMb, signal };
  return withDuckDb(limits, async (db) => {
    const step = (fraction: number, message: string) => {
      signal.throwIfAborted();
      context.progress(fraction, message);
    };
    step(0, 'Taking a sample');
    const sample = await drawSample(db, files, { rows: profile.rows, columns: profile.columns.length });
    const details = input.wantsDetails ? await detailsOf(db, files, profile, sample, step) : null;
    if (input.target === null) return { details, target: null };
    step(0.9, `Comparing with ${input.target}`);
    return { details, target: await targetOf(db, profile, sample, input.target) };
  });
}

type Step = (fraction: number, message: string) => void;

async function detailsOf(
  db: DuckDb,
  files: readonly string[],
  profile: DatasetProfile,
  sample: Sample,
  step: Step,
): Promise<ProfileDetails> {
  const started = performance.now();
  const table = parquetTable(files);
  const { rows, columns } = profile;
  step(0.15, 'Measuring numbers');
  const numbers = columns.filter(({ type, count }) => (type === 'integer' || type === 'float') && count > 0);
  const shapes = await numberShapes(db, table, sample, numbers);
  step(0.4, 'Counting rare values');
  const found = new Map<string, ColumnDetails>();
  for (const column of columns) {
    found.set(column.name, {
      ...plainDetails(column),
      ...(await rareValues(db, table, column)),
      number: shapes.get(column.name) ?? null,
      semantic: numberMeaning(column, shapes.get(column.name)?.order ?? null),
    });
  }
  step(0.55, 'Looking at texts');
  for (const { name, ...about } of await textDetails(db, sample, columns)) {
    found.set(name, { ...(found.get(name) as ColumnDetails), ...about });
  }
  step(0.65, 'Looking for gaps in time');
  for (const column of columns.filter(({ type }) => type === 'date' || type === 'datetime')) {
    const time = await timeShape(db, table, sample, column);
    found.set(column.name, { ...(found.get(column.name) as ColumnDetails), time });
  }
  step(0.75, 'Looking at missing values');
  const missing = await missingPatterns(db, files, columns, rows);
  const duplicates = await duplicateExamples(db, table, profile);
  step(0.85, 'Comparing columns');
  const { numbers: compared, categories } = associatedColumns(columns);
  const associations = associationsOf(
    await readNumberColumns(db, sample, compared),
    await readCategoryColumns(
      db,
      sample,
      categories.map(({ name }) => name),
    ),
    columns.map(({ name }) => name),
  );
  const details = columns.map(({ name }) => found.get(name) as ColumnDetails);
  return {
    columns: details,
    missing,
    associations,
    duplicates,
    findings: tableFindings(profile, details, missing, associations),
    sampledRows: sample.isAll ? null : sample.rows,
    seconds: (performance.now() - started) / 1000,
  };
}

function plainDetails({ name, count, distinct }: ColumnProfile): ColumnDetails {
  return {
    name,
    semantic: count > 0 && distinct === 1 ? 'constant' : null,
    semanticShare: null,
    once: null,
    rareValues: [],
    number: null,
    text: null,
    time: null,
  };
}

function numberMeaning(
  column: ColumnProfile,
  order: NonNullable<ColumnDetails['number']>['order'],
): ColumnDetails['semantic'] {
  if (column.type === 'boolean') return column.distinct === 1 ? 'constant' : 'boolean-like';
  if (column.type !== 'integer' && column.type !== 'float') return plainDetails(column).semantic;
  return semanticOfNumbers(column, order?.startsWith('strictly') ?? false);
}

/** How many values occur once, and the rarest; of columns whose values repeat enough for that to say something. */
async function rareValues(
  db: DuckDb,
  table: string,
  column: ColumnProfile,
): Promise<Pick<ColumnDetails, 'once' | 'rareValues'>> {
  const { count, distinct, topValues } = column;
  if (count === 0 || column.type === 'float') return { once: null, rareValues: [] };
  if (distinct === count) return { once: count, rareValues: [] };
  if (distinct <= topValues.length) {
    const rarest = topValues.toReversed().slice(0, RARE_VALUES);
    return { once: topValues.filter((one) => one.count === 1).length, rareValues: rarest };
  }
  if (distinct > COUNTABLE_VALUES || distinct > count / 2) return { once: null, rareValues: [] };
  const name = quoteIdentifier(column.name);
  const rows = await db.rows(
    `WITH counted AS MATERIALIZED (SELECT ${name} AS value, count(*) AS n FROM ${table} WHERE ${name} IS NOT NULL GROUP BY 1)
     SELECT value, n, (SELECT count(*) FROM counted WHERE n = 1) FROM counted ORDER BY n, value LIMIT ${RARE_VALUES}`,
  );
  return {
    once: Number(rows[0]?.[2] ?? 0),
    rareValues: rows.map(([value = null, n]) => ({ value: cellOf(value), count: Number(n) })),
  };
}

type TextDetails = Pick<ColumnDetails, 'name' | 'semantic' | 'semanticShare' | 'text'>;

async function textDetails(
  db: DuckDb,
  sample: Sample,
  columns: readonly ColumnProfile[],
): Promise<TextDetails[]> {
  const texts = columns.filter(({ type, count }) => type === 'string' && count > 0);
  const details: TextDetails[] = [];
  for (let start = 0; start < texts.length; start += TEXTS_AT_ONCE) {
    const part = texts.slice(start, start + TEXTS_AT_ONCE);
    const read = await readCategoryColumns(
      db,
      sample,
      part.map(({ name }) => name),
    );
    for (const [index, column] of part.entries()) {
      const values = read[index] as CategoryColumn;
      const { semantic, share } = semanticOfTexts(column, values.labels);
      details.push({ name: column.name, semantic, semanticShare: share, text: textShape(values) });
    }
  }
  return details;
}

async function targetOf(
  db: DuckDb,
  profile: DatasetProfile,
  sample: Sample,
  name: string,
): Promise<TargetProfile | null> {
  const target = profile.columns.find((column) => column.name === name);
  if (target === undefined) return null;
  const others = profile.columns.filter((column) => column.name !== name && column.distinct > 1);
  const sampled = await readSampled(db, sample, [target, ...others]);
  const [outcome, ...rest] = sampled;
  return outcome === undefined ? null : targetProfile(outcome, rest, sample.rows);
}

/** Columns in their order, the first as target: numbers as numbers, times as milliseconds, all else as categories. */
async function readSampled(
  db: DuckDb,
  sample: Sample,
  columns: readonly ColumnProfile[],
): Promise<SampledColumn[]> {
  const [target] = columns;
  const isCategory = (column: ColumnProfile) =>
    column.type === 'string' ||
    column.type === 'boolean' ||
    (column === target && targetKind(column) === 'category');
  const categories = columns.filter(isCategory);
  const numbers = columns.filter((column) => !isCategory(column));
  const readCategories = await readCategoryColumns(
    db,
    sample,
    categories.map(({ name }) => name),
  );
  const readNumbers = await readNumberColumns(db, sample, numbers);
  const sampled = new Map<string, SampledColumn>();
  for (const [index, profile] of categories.entries()) {
    const column = readCategories[index];
    if (column !== undefined) sampled.set(profile.name, { profile, kind: 'category', column });
  }
  for (const [index, profile] of numbers.entries()) {
    const column = readNumbers[index];
    if (column !== undefined) sampled.set(profile.name, { profile, kind: 'number', column });
  }
  return columns.map(({ name }) => sampled.get(name) as SampledColumn);
}
