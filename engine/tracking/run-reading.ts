import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type {
  ListQuery,
  Page,
  RunExportQuery,
  RunGroupQuery,
  RunRow,
} from '../../local-api/contract/index.ts';
import { duckDbError, quoteIdentifier, quoteText, withDuckDb } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import type { Store } from '../store/index.ts';
import { writeTableFile } from '../table-files/index.ts';
import type { ExportedFile, ExportSelection } from './reading/export-runs.ts';
import type { RunGroups } from './reading/group-runs.ts';
import { createReading } from './reading/start-reading.ts';
import type { TrackingService } from './tracking-service.ts';

/** A file of runs that waits to be sent. */
export type RunFile = {
  sizeBytes: number;
  digest: string;
  runs: number;
  open(range: { start: number; end: number } | undefined): ReadStream;
  /** Removes the file. */
  discard(): Promise<void>;
};

export type RunReading = {
  /** As `listRuns`; a query that may take long is answered by the reading thread, so that others need not wait for it. */
  listRunsAside(query: ListQuery): Promise<Page<RunRow>>;
  /** As `countRuns`, in the same way. */
  countRunsAside(filter: string | undefined): Promise<number>;
  /** See `groupRuns`. Errors: request/bad-filter, request/invalid, request/bad-cursor. */
  groupRuns(query: RunGroupQuery): Promise<RunGroups>;
  /**
   * Writes all matching runs into a file, beside the event loop. `signal` ends the work. The caller discards the file.
   * Errors: request/bad-filter, request/invalid, runs/export-too-wide, artifacts/disk-full.
   */
  exportRuns(
    format: RunExportQuery['format'],
    selection: ExportSelection,
    signal: AbortSignal,
  ): Promise<RunFile>;
  stopReading(): Promise<void>;
};

const duckDbTypes = { text: 'VARCHAR', integer: 'BIGINT', real: 'DOUBLE', time: 'TIMESTAMP' } as const;
const names = { parquet: 'Parquet', xlsx: 'Excel' } as const;
const memoryMb = 512;
/** DuckDB works on 2,048 rows of all columns at once, several times over: of more columns the memory is not enough. */
const mostParquetColumns = 1000;
/** Cells that wait in memory until they are written. */
const parquetCells = 4_000_000;
/** DuckDB takes sixteen times the longest row that it is told of, and this at least. */
const leastRowBytes = 1_000_000;

/**
 * Whether a query may have to look at most runs: functions of the history, several conditions on keys, or one in an order
 * that has no index. A guess by the text alone, wrong where a value looks like a field; both ways give the same answer.
 */
function mayTakeLong(filter = '', sort = ''): boolean {
  if (/\b(min|max|first|count|slope)\s*\(/i.test(`${filter} ${sort}`)) return true;
  const keys = filter.match(/\b(metrics|params|tags)\./g)?.length ?? 0;
  return (
    keys > 1 ||
    (keys === 1 && sort !== '' && !/^[+-]?(startedAtMs$|metrics\.|params\.|tags\.)/.test(sort.trim()))
  );
}

/** The part of the tracking service that reads so much at once that it has threads of its own. */
export function runReadingMethods(options: {
  store: Pick<Store, 'path'>;
  tmpDir: string;
  runs: Pick<TrackingService, 'listRuns' | 'countRuns'>;
}): RunReading {
  const { store, tmpDir, runs } = options;
  const shared = createReading(store.path);

  const writeCsv = async (
    selection: ExportSelection,
    style: 'people' | 'exact',
    path: string,
    signal: AbortSignal,
  ): Promise<ExportedFile> => {
    signal.throwIfAborted();
    // A thread for this file alone, so that it can be ended and holds up nobody.
    const own = createReading(store.path);
    const stop = () => void own.stop();
    signal.addEventListener('abort', stop);
    try {
      return await own.call('export', { ...selection, style, path });
    } finally {
      signal.removeEventListener('abort', stop);
      await own.stop();
    }
  };

  const toTyped = async (
    format: 'parquet' | 'xlsx',
    csv: string,
    { columns, longestRowBytes }: ExportedFile,
    path: string,
    signal: AbortSignal,
  ): Promise<void> => {
    if (columns.length > mostParquetColumns) {
      const [has, most] = [columns.length, mostParquetColumns].map((size) => size.toLocaleString('en-US'));
      throw new AssayError(
        'runs/export-too-wide',
        `The runs have ${has} columns; ${names[format]} takes ${most}, CSV more.`,
      );
    }
    const groupRows = Math.max(2048, Math.min(122_880, Math.floor(parquetCells / columns.length)));
    const types = columns.map(({ name, type }) => `${quoteText(name)}: '${duckDbTypes[type]}'`);
    const select = columns.map(({ name }) => quoteIdentifier(name)).join(', ');
    await withDuckDb({ readable: [], folders: [tmpDir], memoryMb, threads: 1, signal }, async (db) => {
      const rows = `SELECT ${select} FROM read_csv(${quoteText(csv)}, auto_detect = false, header = true, delim = ',',
           quote = '"', escape = '"', new_line = '\\r\\n', nullstr = '', allow_quoted_nulls = false, parallel = false,
           max_line_size = ${Math.max(leastRowBytes, longestRowBytes + 2)}, columns = {${types.join(', ')}})`;
      if (format === 'xlsx') {
        const onRows = () => signal.throwIfAborted();
        await writeTableFile(db, rows, path, { format, compress: 'none', title: 'Runs', onRows });
      } else
        await db.run(
          `COPY (${rows}) TO ${quoteText(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${groupRows})`,
        );
    }).catch((thrown: unknown) => {
      signal.throwIfAborted();
      throw duckDbError(thrown, 'internal', `The runs could not be written as ${names[format]}`);
    });
  };

  const toRunFile = (path: string, file: Pick<RunFile, 'sizeBytes' | 'digest' | 'runs'>): RunFile => ({
    ...file,
    open: (range) => createReadStream(path, range),
    discard: () => rm(path, { force: true }),
  });

  return {
    listRunsAside: (query) =>
      mayTakeLong(query.filter, query.sort) ? shared.call('list', query) : runs.listRuns(query),
    countRunsAside: (filter) => (mayTakeLong(filter) ? shared.call('count', filter) : runs.countRuns(filter)),

    groupRuns: (query) => shared.call('groups', query),

    async exportRuns(format, selection, signal) {
      const csv = join(tmpDir, `runs-${randomUUID()}.csv`);
      const typed = csv.replace(/csv$/, format);
      try {
        if (format === 'csv') {
          const { sizeBytes, digest, runs } = await writeCsv(selection, 'people', csv, signal);
          return toRunFile(csv, { sizeBytes, digest, runs });
        }
        const written = await writeCsv(selection, 'exact', csv, signal);
        await toTyped(format, csv, written, typed, signal);
        await rm(csv, { force: true });
        const hash = createHash('sha256');
        await pipeline(createReadStream(typed), hash);
        const { size: sizeBytes } = await stat(typed);
        return toRunFile(typed, { sizeBytes, digest: `sha256:${hash.digest('hex')}`, runs: written.runs });
      } catch (thrown) {
        await Promise.all([rm(csv, { force: true }), rm(typed, { force: true })]);
        throw thrown;
      }
    },

    stopReading: () => shared.stop(),
  };
}
