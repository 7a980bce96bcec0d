import BetterSqlite3 from 'better-sqlite3';
import { AssayError, messageOf } from '../errors.ts';

/** The extended result code (`SQLITE_CONSTRAINT_UNIQUE` …), or null when SQLite did not throw this. */
export function sqliteCode(thrown: unknown): string | null {
  return thrown instanceof BetterSqlite3.SqliteError ? thrown.code : null;
}

/** Whether a UNIQUE or PRIMARY KEY constraint refused a row; `column` narrows it, as `experiments.name`. */
export function isUniqueViolation(thrown: unknown, column?: string): boolean {
  const code = sqliteCode(thrown);
  if (code !== 'SQLITE_CONSTRAINT_UNIQUE' && code !== 'SQLITE_CONSTRAINT_PRIMARYKEY') return false;
  return column === undefined || messageOf(thrown).includes(column);
}

/**
 * Names what happened to the file when it is the disk or the file that failed; anything else (constraints, wrong SQL)
 * comes back as it was, for the caller to judge.
 */
export function describeSqliteError(thrown: unknown, path: string): unknown {
  const code = sqliteCode(thrown) ?? '';
  const reason = messageOf(thrown);
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new AssayError('workspace/corrupt', `SQLite cannot read ${path}: ${reason}.`, { cause: thrown });
  }
  if (code === 'SQLITE_FULL') {
    return new AssayError('artifacts/disk-full', `There is no space to write to ${path}.`, { cause: thrown });
  }
  if (
    code.startsWith('SQLITE_READONLY') ||
    code.startsWith('SQLITE_CANTOPEN') ||
    code.startsWith('SQLITE_IOERR')
  ) {
    return new AssayError('workspace/not-writable', `${path} cannot be read and written: ${reason}.`, {
      cause: thrown,
    });
  }
  return thrown;
}
