import BetterSqlite3 from 'better-sqlite3';

/** Sections are some file operations long; who waits longer than this is told so. */
const waitMs = 5000;

/**
 * Runs `work` while no other process is in a section on the same file. The lock is the operating system's (Node has no
 * call for one; SQLite has): it ends with the process, so that a crash leaves nothing to clean up. The file stays, empty.
 * `work` is synchronous, which keeps others of this process out too. Throws what SQLite does when the file cannot be used.
 */
export function withFileLock<T>(path: string, work: () => T): T {
  const guard = new BetterSqlite3(path, { timeout: waitMs });
  try {
    guard.exec('BEGIN EXCLUSIVE');
    return work();
  } finally {
    guard.close();
  }
}
