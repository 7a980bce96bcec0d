import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import type { BadRow, FileFormat } from '../../local-api/contract/index.ts';
import { type DuckDb, duckDbError, firstLine, quoteText } from '../duckdb/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import { MOST_LINES_SET_ASIDE, type OpenOptions, type Relation } from './relation.ts';
import type { SourceFile } from './source.ts';
import { type Compression, readTail, readTextHead, rewriteText } from './text-file.ts';

/** One value of a JSON file may be this long. */
const MOST_OBJECT_BYTES = 64 * 1024 ** 2;
const PREVIEW_RECORDS = 20_480;
const TAIL_BYTES = 4096;
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
  const head = await readTextHead(file.path);
  let path = file.path;
  let compression: string = head.form.compression;
  if (head.form.hasMark || head.form.encoding !== 'utf-8') {
    path = join(options.workFolder, 'source.json');
    await rewriteText(file.path, path, head.form, options.signal ? { signal: options.signal } : {});
    compression = 'none';
  }
  let setAside: Relation['setAside'] = { count: 0, first: [] };
  let opened = await describeJson(db, path, compression, format, options.headOnly);
  if (format === 'jsonl' && !isTable(opened)) {
    const target = join(options.workFolder, 'objects.jsonl');
    setAside = await keepObjects(path, compression, target, options);
    opened = await describeJson(db, target, 'none', format, options.headOnly);
  }
  if (!isTable(opened)) throw await unreadable(db, file, opened);
  const isArray = format === 'json' && head.text.trimStart().startsWith('[');
  if (isArray && !options.headOnly) await refuseOpenArray(file, head.form.compression);
  return {
    format,
    from: opened.from,
    columns: opened.columns.map(({ name, type }) => ({ name, nativeType: type, becomes: null })),
    options: { ...options.read, format },
    warnings: [],
    setAside,
    rejects: null,
  };
}

type Described = { from: string; columns: { name: string; type: string }[]; failure: unknown };

async function describeJson(
  db: DuckDb,
  path: string,
  compression: string,
  format: 'json' | 'jsonl',
  headOnly: boolean,
): Promise<Described> {
  const parts = [
    quoteText(path),
    `format = '${format === 'jsonl' ? 'newline_delimited' : 'auto'}'`,
    `sample_size = ${headOnly ? PREVIEW_RECORDS : -1}`,
    `maximum_object_size = ${MOST_OBJECT_BYTES}`,
    `compression = ${quoteText(compression === 'none' ? 'uncompressed' : compression)}`,
    'hive_partitioning = false',
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
async function refuseOpenArray(file: SourceFile, compression: Compression): Promise<void> {
  const tail = (await readTail(file.path, compression, TAIL_BYTES)).filter((byte) => byte > SPACE);
  if (tail.at(-1) === CLOSING_BRACKET) return;
  throw new AssayError('datasets/unreadable', `The array in ${file.name} is not closed: the file is cut off`);
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
 * Copies the lines that are JSON objects. Cost: one pass in JavaScript, about 100 MB a second; only files with
 * faults pay it.
 */
async function keepObjects(
  path: string,
  compression: string,
  target: string,
  { headOnly, signal }: OpenOptions,
): Promise<Relation['setAside']> {
  const setAside: Relation['setAside'] = { count: 0, first: [] };
  let source = path;
  if (compression !== 'none') {
    source = `${target}.source`;
    const { form } = await readTextHead(path);
    await rewriteText(path, source, form, signal ? { signal } : {});
  }
  async function* objects(): AsyncGenerator<string> {
    const lines = createInterface({ input: createReadStream(source), crlfDelay: Number.POSITIVE_INFINITY });
    let number = 0;
    for await (const line of lines) {
      number += 1;
      if (headOnly && number > PREVIEW_RECORDS) return;
      if (line.trim() === '') continue;
      const fault = objectFault(line);
      if (fault === null) {
        yield `${line}\n`;
        continue;
      }
      setAside.count += 1;
      if (setAside.first.length < MOST_LINES_SET_ASIDE) setAside.first.push(badLine(number, fault, line));
    }
  }
  await pipeline(objects, createWriteStream(target), signal ? { signal } : {});
  return setAside;
}

function badLine(line: number, reason: string, text: string): BadRow {
  return { line, reason, text: text.slice(0, 500) };
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
