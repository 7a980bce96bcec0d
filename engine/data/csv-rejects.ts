import type { BadRow } from '../../local-api/contract/index.ts';
import type { DuckDb } from '../duckdb/index.ts';
import { CSV_ERRORS, rejectedPlaces } from './csv-errors.ts';
import type { CsvPart } from './csv-parts.ts';
import { lineOfSheet } from './places.ts';
import { BAD_ROW_TEXT, type RejectsReader, type SourceColumn, TIME } from './relation.ts';
import { lineCounter } from './text-file.ts';

/** Reads the errors that DuckDB kept of the scans of CSV files. */
export function rejectsReader(
  db: DuckDb,
  parts: readonly CsvPart[],
  columns: readonly SourceColumn[],
): RejectsReader {
  const typeOf = new Map(
    columns.map((column) => [column.name, column.becomes?.type ?? plainTypes[column.nativeType]]),
  );
  const places = rejectedPlaces(parts);
  const count = async (condition: string): Promise<number> => {
    const rows = await db.rows(
      `SELECT count(*) FROM (SELECT DISTINCT file_id, line_byte_position FROM ${CSV_ERRORS}
       WHERE scan_id = (SELECT min(scan_id) FROM ${CSV_ERRORS}) ${condition})`,
    );
    return Number(rows[0]?.[0] ?? 0);
  };
  return {
    count: () => count(''),
    undecodable: () => count(`AND error_type = 'INVALID ENCODING'`),
    async *rows() {
      const found = db.chunks(
        // A row of the wrong width also holds values in the wrong columns: the width is the reason.
        `SELECT part, line_byte_position, arg_min(error_message, place), arg_min(CAST(error_type AS VARCHAR), place), left(any_value(csv_line), ${BAD_ROW_TEXT})
         FROM (SELECT *, column_idx + CASE WHEN error_type = 'CAST' THEN 1000000 ELSE 0 END AS place FROM ${places})
         GROUP BY part, line_byte_position ORDER BY part, line_byte_position`,
      );
      let at = -1;
      let lineOf: ReturnType<typeof lineCounter> | null = null;
      try {
        for await (const chunk of found) {
          for (const [place, offset, message, type, text] of chunk.getRows()) {
            const part = parts[Number(place)];
            if (part === undefined) continue;
            if (at !== Number(place)) {
              at = Number(place);
              lineOf?.close();
              lineOf = lineCounter(part.path, part.compression);
            }
            const line = (await lineOf?.at(Math.max(Number(offset) - 1, 0))) ?? null;
            const row: BadRow = {
              line: lineOfSheet(part, line),
              reason: plainReason(String(message ?? ''), String(type), part, typeOf),
              text: String(text ?? ''),
            };
            yield parts.length > 1 ? { ...row, file: part.source.name } : row;
          }
        }
      } finally {
        lineOf?.close();
      }
    },
    async misfits() {
      const rows = await db.rows(
        `SELECT column_name, count(*), min(regexp_extract(error_message, 'Could not convert string "(.*)" to', 1, 's'))
         FROM ${places} WHERE (part, line_byte_position) IN
           (SELECT (part, line_byte_position) FROM ${places} GROUP BY part, line_byte_position HAVING bool_and(error_type = 'CAST'))
         GROUP BY column_name ORDER BY column_name`,
      );
      return rows.map((row) => ({
        column: String(row[0]),
        count: Number(row[1]),
        example: String(row[2]),
      }));
    },
  };
}

function plainReason(
  message: string,
  type: string,
  { dialect, columns }: CsvPart,
  typeOf: ReadonlyMap<string, string | undefined>,
): string {
  const found = /Found: (\d+)/.exec(message)?.[1];
  switch (type) {
    case 'MISSING COLUMNS':
    case 'TOO MANY COLUMNS':
      return `${found ?? 'another number of'} fields where ${columns.length} are expected`;
    case 'UNQUOTED VALUE':
      return `a quote (${dialect.quote}) is not closed, or text follows a closing quote`;
    case 'INVALID ENCODING':
      return 'not UTF-8 text';
    case 'LINE SIZE OVER MAXIMUM':
      return 'longer than 16 MB';
    case 'CAST': {
      const match = /column "(.*)"\. Could not convert string "(.*)" to '/s.exec(message);
      if (match === null) return message;
      const [, column = '', text = ''] = match;
      return `${JSON.stringify(text)} in column "${column}" is no ${typeOf.get(column) ?? 'such value'}`;
    }
    default:
      return message.split('\n', 1)[0] ?? message;
  }
}

const plainTypes: Record<string, string> = {
  DOUBLE: 'float',
  BOOLEAN: 'boolean',
  [TIME]: 'datetime',
};
