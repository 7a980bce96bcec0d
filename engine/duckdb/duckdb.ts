import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { ErrorCode } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';

export type DuckDbOptions = {
  /** The only files that SQL may read, besides those in `folder`. */
  readable: readonly string[];
  /** The only folders that SQL may read and write; the first also takes what does not fit in memory. */
  folders: readonly string[];
  memoryMb: number;
  /** 1 where the order of work must not show in the bytes written. Default 2. */
  threads?: number;
};

/**
 * An in-memory DuckDB that reaches the files it was given and nothing else: no network, no extensions, settings
 * locked.
 */
export type DuckDb = {
  /** Runs one statement and gives all rows. */
  rows(sql: string): Promise<DuckDBValue[][]>;
  /** Runs one statement whose answer does not matter. */
  run(sql: string): Promise<void>;
  /** Adds rows to a table that was made here. */
  append(table: string, add: (appender: DuckDBAppender) => void): Promise<void>;
  /** Adds `rows` rows, given column by column in the types of the table. */
  appendColumns(table: string, columns: readonly ArrayLike<DuckDBValue>[], rows: number): Promise<void>;
  /** Column names and DuckDB type names of a query, without running it. */
  describe(select: string): Promise<{ name: string; type: string }[]>;
  /** Streams the rows in chunks of about 2,048; memory stays flat. */
  chunks(sql: string): AsyncIterable<DuckDBDataChunk>;
  /** 0 to 1 for the statement that runs now, or null when unknown. */
  progress(): number | null;
  /** Stops the statement that runs now; it fails with an "Interrupted" error. */
  interrupt(): void;
  close(): void;
};

/** The most that a chunk holds. */
const chunkRows = 2048;

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A list literal of texts. */
export function quoteTexts(texts: readonly string[]): string {
  return `[${texts.map(quoteText).join(', ')}]`;
}

/**
 * Opens a DuckDB of its own: about 25 ms. Always close it.
 *
 * Extensions are neither downloaded nor loaded (json, parquet and icu are built in), times are UTC, rows keep the
 * order of the file.
 */
export async function openDuckDb(options: DuckDbOptions): Promise<DuckDb> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads ?? 2),
    memory_limit: `${options.memoryMb}MB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connection = await instance.connect();
  const spill = options.folders[0];
  const setup = [
    `SET TimeZone = 'UTC'`,
    `SET temp_directory = ${quoteText(spill ?? '')}`,
    `SET enable_progress_bar = true`,
    `SET enable_progress_bar_print = false`,
    `SET progress_bar_time = 0`,
    // Snapshots and sources are opened many times; they do not change.
    `SET parquet_metadata_cache = true`,
    `SET allowed_paths = ${quoteTexts(options.readable)}`,
    `SET allowed_directories = ${quoteTexts(options.folders)}`,
    `SET enable_external_access = false`,
    `SET lock_configuration = true`,
  ];
  for (const statement of setup) await connection.run(statement);
  return wrap(instance, connection);
}

function wrap(instance: DuckDBInstance, connection: DuckDBConnection): DuckDb {
  return {
    async rows(sql) {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRows();
    },
    async run(sql) {
      await connection.run(sql);
    },
    async append(table, add) {
      const appender = await connection.createAppender(table);
      add(appender);
      appender.closeSync();
    },
    async appendColumns(table, columns, rows) {
      const appender = await connection.createAppender(table);
      const types = columns.map((_, index) => appender.columnType(index));
      for (let start = 0; start < rows; start += chunkRows) {
        const count = Math.min(chunkRows, rows - start);
        const chunk = DuckDBDataChunk.create(types, count);
        for (const [index, column] of columns.entries()) {
          const values = Array.from({ length: count }, (_, row) => column[start + row] ?? null);
          chunk.setColumnValues(index, values);
        }
        appender.appendDataChunk(chunk);
      }
      appender.closeSync();
    },
    async describe(select) {
      const reader = await connection.runAndReadAll(`DESCRIBE ${select}`);
      return reader.getRowsJson().map((row) => ({ name: String(row[0]), type: String(row[1]) }));
    },
    async *chunks(sql) {
      const result = await connection.stream(sql);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return;
        yield chunk;
      }
    },
    progress() {
      const { percentage } = connection.progress;
      return percentage >= 0 ? Math.min(percentage / 100, 1) : null;
    },
    interrupt: () => connection.interrupt(),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Runs `work` with a DuckDB and closes it whatever happens. An aborted `signal` stops the statement that runs. */
export async function withDuckDb<T>(
  options: DuckDbOptions & { signal?: AbortSignal },
  work: (db: DuckDb) => Promise<T>,
): Promise<T> {
  options.signal?.throwIfAborted();
  const db = await openDuckDb(options);
  const stop = () => db.interrupt();
  options.signal?.addEventListener('abort', stop);
  try {
    return await work(db);
  } finally {
    options.signal?.removeEventListener('abort', stop);
    db.close();
  }
}

/**
 * Turns a failure of DuckDB into the error that fits: memory and disk have codes of their own, anything else gets
 * `code`. An AssayError passes through.
 */
export function duckDbError(thrown: unknown, code: ErrorCode, what: string): AssayError {
  if (thrown instanceof AssayError) return thrown;
  const message = messageOf(thrown);
  if (/^Out of Memory Error/i.test(message)) {
    return new AssayError('jobs/out-of-memory', `${what}: ${firstLine(message)}`, { cause: thrown });
  }
  if (/No space left on device|disk full|ENOSPC/i.test(message)) {
    return new AssayError('artifacts/disk-full', `${what}: the disk is full`, { cause: thrown });
  }
  if (/INTERRUPT/i.test(message)) {
    return new AssayError('jobs/cancelled', `${what}: stopped`, { cause: thrown });
  }
  return new AssayError(code, `${what}: ${firstLine(message)}`, { cause: thrown });
}

/** DuckDB's messages go on with the query and advice; the first line says what was wrong. */
export function firstLine(message: string): string {
  const line = message.split('\n', 1)[0] ?? message;
  return line.replace(/^[A-Za-z ]+ Error: /, '').trim();
}
