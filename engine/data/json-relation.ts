import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished, pipeline } from 'node:stream/promises';
import type { BadRow, FileFormat } from '../../local-api/contract/index.ts';
import {
  type DuckDb,
  duckDbError,
  firstLine,
  quoteIdentifier,
  quoteText,
  quoteTexts,
} from '../duckdb/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import { fileColumnName } from './file-column.ts';
import { partitionFolders, partitionsOf } from './partitions.ts';
import { BAD_ROW_TEXT, type OpenOptions, type Relation } from './relation.ts';
import { partsOf, type SourceFile, type SourcePart } from './source.ts';
import { type Compression, plainBytes, readTail, readTextHead, rewriteText } from './text-file.ts';

/** One value of a JSON file may be this long. */
const MOST_OBJECT_BYTES = 64 * 1024 ** 2;
const PREVIEW_RECORDS = 20_480;
const TAIL_BYTES = 4096;
/** The column in which DuckDB gives paths. */
const FILE_PATH = 'assay_file_path';
/** Bytes up to it are white space. */
const SPACE = 0x20;
const CLOSING_BRACKET = 0x5d;

/**
 * Makes a JSON array or JSON lines readable by DuckDB; each object is a row, nested values become JSON text. Types
 * come from every record, for a preview from the first 20,480.
 *
 * Lines of JSONL that are no JSON object are set aside; an array that is not well-formed cannot be read.
 * Errors: `datasets/unreadable`, `datasets/empty`.
 */
export async function openJson(
  db: DuckDb,
  file: SourceFile,
  format: Extract<FileFormat, 'json' | 'jsonl'>,
  options: OpenOptions,
): Promise<Relation> {
  const parts = await Promise.all(
    partsOf(file).map((part, index) =>
      plainPart(part, join(options.workFolder, `copy-${index}`, ...partitionFolders(part)), options),
    ),
  );
  const withName = options.read.fileColumn === true;
  const reading = {
    format,
    headOnly: options.headOnly,
    withName,
    partitions: partitionsOf(file, options.read.partitions).options,
  };
  let setAside: Relation['setAside'] = { count: 0, path: null };
  let read = parts;
  let opened = await describeJson(db, parts, reading);
  if (format === 'jsonl' && !isTable(opened)) {
    const kept = await keepObjects(parts, options);
    setAside = kept.setAside;
    read = kept.parts;
    opened = await describeJson(db, read, reading);
  }
  if (!isTable(opened)) throw await unreadable(db, file, opened);
  if (format === 'json' && !options.headOnly) {
    for (const part of parts) {
      if (part.isArray) await refuseOpenArray(part);
    }
  }
  const { columns, from } = withName ? namedFiles(opened, read) : opened;
  return {
    format,
    from,
    columns: columns.map(({ name, type }) => ({ name, nativeType: type, becomes: null })),
    options: { ...options.read, format },
    warnings: [],
    setAside,
    rejects: null,
    places: null,
  };
}

type JsonPart = { source: SourcePart; path: string; compression: Compression; isArray: boolean };

/** DuckDB reads UTF-8 without a byte order mark; other files are copied. */
async function plainPart(
  source: SourcePart,
  folder: string,
  { read, signal }: OpenOptions,
): Promise<JsonPart> {
  const head = await readTextHead(source.path, { encoding: read.encoding });
  const isArray = head.text.trimStart().startsWith('[');
  const { form } = head;
  if (!form.hasMark && form.encoding === 'utf-8')
    return { source, path: source.path, compression: form.compression, isArray };
  await mkdir(folder, { recursive: true });
  const target = join(folder, 'source.json');
  await rewriteText(source.path, target, form, signal ? { signal } : {});
  return { source, path: target, compression: 'none', isArray };
}

/** The column that DuckDB fills with paths gets the names of the files. */
function namedFiles(opened: Described, parts: readonly JsonPart[]): Described {
  const columns = opened.columns.filter(({ name }) => name !== FILE_PATH);
  const name = fileColumnName(columns);
  const list = columns.map((column) => quoteIdentifier(column.name));
  const paths = quoteTexts(parts.map(({ path }) => path));
  const names = quoteTexts(parts.map(({ source }) => source.name));
  list.push(`${names}[list_position(${paths}, ${FILE_PATH})] AS ${quoteIdentifier(name)}`);
  const from = `(SELECT ${list.join(', ')} FROM ${opened.from})`;
  return { ...opened, from, columns: [...columns, { name, type: 'VARCHAR' }] };
}

type Described = { from: string; columns: { name: string; type: string }[]; failure: unknown };

type JsonReading = {
  format: 'json' | 'jsonl';
  headOnly: boolean;
  withName: boolean;
  /** What the reader is told of them. */
  partitions: readonly string[];
};

async function describeJson(
  db: DuckDb,
  files: readonly Pick<JsonPart, 'path' | 'compression'>[],
  { format, headOnly, withName, partitions }: JsonReading,
): Promise<Described> {
  const kinds = new Set(files.map(({ compression }) => compression));
  const [compression = 'none'] = kinds;
  const parts = [
    quoteTexts(files.map(({ path }) => path)),
    'union_by_name = true',
    ...(withName ? [`filename = '${FILE_PATH}'`] : []),
    `format = '${format === 'jsonl' ? 'newline_delimited' : 'auto'}'`,
    `sample_size = ${headOnly ? PREVIEW_RECORDS : -1}`,
    `maximum_object_size = ${MOST_OBJECT_BYTES}`,
    // Kinds that differ are told by the endings of the names.
    `compression = ${quoteText(kinds.size > 1 ? 'auto' : compression === 'none' ? 'uncompressed' : compression)}`,
    ...partitions,
  ];
  const from = `read_json(${parts.join(', ')})`;
  try {
    return { from, columns: await db.describe(`SELECT * FROM ${from}`), failure: null };
  } catch (thrown) {
    return { from, columns: [], failure: thrown };
  }
}

/** DuckDB gives records that are no objects as one column "json". */
function isTable(described: Described): boolean {
  const [first, ...others] = described.columns;
  if (described.failure !== null || first === undefined) return false;
  return others.length > 0 || first.name !== 'json' || !/^(JSON|MAP\(|.*\]$)/.test(first.type);
}

/** DuckDB takes an array that ends after a comma for a whole one; it is the beginning of a longer file. */
async function refuseOpenArray({ source, path, compression }: JsonPart): Promise<void> {
  const tail = (await readTail(path, compression, TAIL_BYTES)).filter((byte) => byte > SPACE);
  if (tail.at(-1) === CLOSING_BRACKET) return;
  throw new AssayError(
    'datasets/unreadable',
    `The array in ${source.name} is not closed: the file is cut off`,
  );
}

async function unreadable(db: DuckDb, file: SourceFile, described: Described): Promise<AssayError> {
  if (described.failure === null) {
    const [row] = await db.rows(`SELECT count(*) FROM ${described.from}`);
    const [column] = described.columns;
    const isEmpty = Number(row?.[0] ?? 0) === 0 || column === undefined || column.type.startsWith('MAP(');
    return isEmpty
      ? new AssayError('datasets/empty', `${file.name} holds no object with fields: each row must be one`)
      : new AssayError('datasets/unreadable', `Each row of ${file.name} must be an object with fields`);
  }
  const error = duckDbError(described.failure, 'datasets/unreadable', file.name);
  if (error.code !== 'datasets/unreadable') return error;
  return new AssayError(
    'datasets/unreadable',
    firstLine(messageOf(described.failure)).replace(/ in file ".*?",/, ''),
    {
      cause: described.failure,
    },
  );
}

/**
 * Copies the lines that are JSON objects, and the others beside them. Cost: one pass in JavaScript, about 100 MB a
 * second; only files with faults pay it.
 */
async function keepObjects(
  parts: readonly JsonPart[],
  { headOnly, signal, workFolder }: OpenOptions,
): Promise<{ parts: JsonPart[]; setAside: Relation['setAside'] }> {
  const path = join(workFolder, 'set-aside.jsonl');
  const others = createWriteStream(path);
  let count = 0;
  const kept: JsonPart[] = [];
  for (const [index, part] of parts.entries()) {
    const target = join(workFolder, `objects-${index}.jsonl`);
    const setAside = async (line: number, reason: string, text: string): Promise<void> => {
      count += 1;
      const file = parts.length > 1 ? { file: part.source.name } : {};
      const row: BadRow = { line, reason, text: text.slice(0, BAD_ROW_TEXT), ...file };
      if (!others.write(`${JSON.stringify(row)}\n`)) await once(others, 'drain');
    };
    async function* objects(): AsyncGenerator<string> {
      const input = plainBytes(part.path, part.compression);
      const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
      let number = 0;
      for await (const line of lines) {
        number += 1;
        if (headOnly && number > PREVIEW_RECORDS) return;
        if (line.trim() === '') continue;
        const fault = objectFault(line);
        if (fault === null) yield `${line}\n`;
        else await setAside(number, fault, line);
      }
    }
    await pipeline(objects, createWriteStream(target), signal ? { signal } : {});
    kept.push({ ...part, path: target, compression: 'none' });
  }
  others.end();
  await finished(others);
  return { parts: kept, setAside: { count, path } };
}

function objectFault(line: string): string | null {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? null : 'not a JSON object';
  } catch (thrown) {
    return `not JSON: ${messageOf(thrown)}`;
  }
}
