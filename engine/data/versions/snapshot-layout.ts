import type { Kysely } from 'kysely';
import type { Database } from '../../store/index.ts';

/** A file of a snapshot. */
export type LaidOutFile = { digest: string; rows: number; sizeBytes: number };

/** The files of a snapshot, in the order of their rows. Empty for a snapshot that is not known. */
export async function layoutOf(db: Kysely<Database>, snapshotDigest: string): Promise<LaidOutFile[]> {
  return db
    .selectFrom('snapshot_chunks')
    .select(['digest', 'row_count as rows', 'size_bytes as sizeBytes'])
    .where('snapshot_digest', '=', snapshotDigest)
    .orderBy('position')
    .execute();
}

/** The files that hold some of the rows from `offset` to `offset + limit`, and how many rows of them come before. */
export function filesOfPage(
  files: readonly LaidOutFile[],
  offset: number,
  limit: number,
): { files: LaidOutFile[]; skip: number } {
  const held: LaidOutFile[] = [];
  let start = 0;
  let skip = 0;
  for (const file of files) {
    const end = start + file.rows;
    if (end > offset && start < offset + limit) {
      if (held.length === 0) skip = offset - start;
      held.push(file);
    }
    start = end;
  }
  return { files: held, skip };
}
