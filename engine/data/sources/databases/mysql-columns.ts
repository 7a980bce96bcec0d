import mysql, { type FieldPacket } from 'mysql2';
import { type SourceColumn, TIME } from '../../relation.ts';
import { type StagedCell, uniqueColumns } from '../staged-csv.ts';
import { wellKnownText } from './well-known-text.ts';

/** One column of an answer: what it becomes, and how its bytes are read. */
export type MysqlColumn = SourceColumn & { cell(bytes: Buffer): StagedCell };

const UNSIGNED = 0x20;
/** The number of the character set of bytes that are no text. */
const BINARY = 63;

const { Types } = mysql;

/** What the columns of an answer become. `onNoDate` is called for dates with a month or day of 0. */
export function mysqlColumns(fields: readonly FieldPacket[], onNoDate: () => void): MysqlColumn[] {
  const names = uniqueColumns(fields.map(({ name }) => name));
  return fields.map((field, index) => ({
    name: names[index] ?? field.name,
    becomes: null,
    ...readingOf(field, onNoDate),
  }));
}

function readingOf(
  { columnType, flags, decimals = 0, columnLength = 0, characterSet }: FieldPacket,
  onNoDate: () => void,
): Pick<MysqlColumn, 'nativeType' | 'cell'> {
  const isUnsigned = typeof flags === 'number' && (flags & UNSIGNED) !== 0;
  const date = (bytes: Buffer): StagedCell => {
    const given = plain(bytes);
    if (given.slice(5, 7) !== '00' && given.slice(8, 10) !== '00') return given;
    onNoDate();
    return null;
  };
  switch (columnType) {
    case Types.TINY:
    case Types.SHORT:
    case Types.LONG:
    case Types.INT24:
    case Types.YEAR:
      return { nativeType: 'BIGINT', cell: plain };
    case Types.LONGLONG:
      return { nativeType: isUnsigned ? 'UBIGINT' : 'BIGINT', cell: plain };
    case Types.BIT:
      return { nativeType: 'UBIGINT', cell: bits };
    case Types.FLOAT:
    case Types.DOUBLE:
      return { nativeType: 'DOUBLE', cell: plain };
    case Types.DECIMAL:
    case Types.NEWDECIMAL:
      // The length counts the sign.
      return { nativeType: decimals === 0 && columnLength <= 19 ? 'BIGINT' : 'DOUBLE', cell: plain };
    case Types.DATE:
    case Types.NEWDATE:
      return { nativeType: 'DATE', cell: date };
    case Types.TIMESTAMP:
      return { nativeType: TIME, cell: date };
    case Types.DATETIME:
      return { nativeType: 'TIMESTAMP', cell: date };
    case Types.GEOMETRY:
      return { nativeType: 'VARCHAR', cell: wellKnownText };
    case Types.JSON:
    case Types.TIME:
      return { nativeType: 'VARCHAR', cell: text };
    default:
      return { nativeType: 'VARCHAR', cell: characterSet === BINARY ? base64 : text };
  }
}

function plain(bytes: Buffer): string {
  return bytes.toString('latin1');
}

function text(bytes: Buffer): string {
  return bytes.toString('utf8');
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64');
}

/** Up to 64 bits, the highest first. */
function bits(bytes: Buffer): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}
