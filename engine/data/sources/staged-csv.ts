import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** A value of a staged CSV. Texts are quoted; all else stands as it is. */
export type StagedCell = string | number | bigint | boolean | null | undefined;

export type StagedCsv = {
  /** How many lines have been begun: the next row stands on this one. */
  line(): number;
  /** Adds a row; to be awaited, so that memory stays flat. */
  add(cells: readonly StagedCell[]): Promise<void> | void;
  end(): Promise<void>;
};

const BUFFERED = 256 * 1024;

/** Writes rows as `StagedRows` wants them: UTF-8, commas, LF, every text in quotes, nothing for a missing value. */
export function stagedCsv(path: string): StagedCsv {
  const out = createWriteStream(path);
  let failure: unknown = null;
  out.on('error', (error) => {
    failure = error;
  });
  let buffered = '';
  let line = 1;
  const flush = async (): Promise<void> => {
    if (failure !== null) throw failure;
    const text = buffered;
    buffered = '';
    if (!out.write(text)) await once(out, 'drain');
  };
  return {
    line: () => line,
    add(cells) {
      let row = '';
      for (let index = 0; index < cells.length; index++) {
        if (index > 0) row += ',';
        row += textOf(cells[index]);
      }
      line += 1;
      for (let at = row.indexOf('\n'); at !== -1; at = row.indexOf('\n', at + 1)) line += 1;
      buffered += `${row}\n`;
      return buffered.length >= BUFFERED ? flush() : undefined;
    },
    async end() {
      await flush();
      out.end();
      await finished(out);
    },
  };
}

function textOf(cell: StagedCell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  // DuckDB reads no text with a zero character in it.
  const clean = cell.includes('\0') ? cell.replaceAll('\0', '\uFFFD') : cell;
  return clean.includes('"') ? `"${clean.replaceAll('"', '""')}"` : `"${clean}"`;
}

/** A query may give one name twice. Names stay unique when case is ignored. */
export function uniqueColumns(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((given, index) => {
    const base = given.trim() === '' ? `column_${index + 1}` : given;
    let name = base;
    for (let next = 2; used.has(name.toLowerCase()); next++) name = `${base}_${next}`;
    used.add(name.toLowerCase());
    return name;
  });
}
