import { setImmediate } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { ObjectGroup, ObjectKind, ObjectStep, Page } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { Store } from '../../store/index.ts';
import { runNotFound } from '../run-rows.ts';
import {
  captionPath,
  companionEndings,
  endOf,
  type GroupRange,
  groupOf,
  kindOfFile,
  rangesOf,
  singleEndings,
  thumbnailPath,
  timestampIn,
} from './layouts.ts';

/** Images, figures, tables … of a run, found by where its files lie: see `layouts.ts`. */
export type RunObjectListing = {
  /**
   * Groups by key: those in known layouts first, then single files.
   * Cost: a seek and a count over an index range for each group, so 20,000 images of a few keys take milliseconds.
   * Errors: runs/not-found, request/bad-cursor.
   */
  listObjects(
    runId: string,
    query: { limit: number; cursor?: string | undefined },
  ): Promise<Page<ObjectGroup>>;
  /** Ordered by step, then time of the name. Cost: one range read over the group. Errors: runs/not-found, request/bad-cursor. */
  objectSteps(
    runId: string,
    query: { kind: ObjectKind; key: string; limit: number; cursor?: string | undefined },
  ): Promise<Page<ObjectStep>>;
};

/** Single files are few beside logged steps; of more than this the first are listed. */
const MOST_SINGLE_FILES = 2000;
/** Groups that are measured before others have their turn: about 10 ms. */
const GROUPS_A_TURN = 50;
/** The folders of known layouts, in the order in which they are listed. */
const LAYOUT_FOLDERS = ['images/', 'objects/'];

type Single = { kind: ObjectKind; path: string };

export function objectListing(store: Store): RunObjectListing {
  const { db } = store;

  const pkOf = async (runId: string): Promise<number> => {
    const run = await db.selectFrom('runs').select('pk').where('id', '=', runId).executeTakeFirst();
    if (run === undefined) throw runNotFound([runId]);
    return run.pk;
  };

  const nextPath = (pk: number, from: string, to: string): Promise<{ path: string } | undefined> =>
    db
      .selectFrom('run_artifacts')
      .select('path')
      .where('run_pk', '=', pk)
      .where('path', '>=', from)
      .where('path', '<', to)
      .orderBy('path')
      .limit(1)
      .executeTakeFirst();

  const measure = async (pk: number, { from, to, stepAt }: GroupRange) => {
    const step = stepOf(stepAt);
    const { rows } = await sql<{ count: number; first: number | null; last: number | null }>`
      SELECT count(*) AS count, min(${step}) AS first, max(${step}) AS last FROM run_artifacts
      WHERE run_pk = ${pk} AND path >= ${from} AND path < ${to} AND ${notCompanion}`.execute(db);
    return rows[0] ?? { count: 0, first: null, last: null };
  };

  /** The groups of one folder from a path on, until `limit`; `next` is where to go on, null at its end. */
  const groupsIn = async (pk: number, folder: string, from: string, limit: number) => {
    const end = endOf(folder);
    const groups: ObjectGroup[] = [];
    let at = from;
    for (let turn = 1; groups.length < limit; turn += 1) {
      if (turn % GROUPS_A_TURN === 0) await setImmediate();
      const found = await nextPath(pk, at, end);
      if (found === undefined) return { groups, next: null };
      const group = groupOf(found.path);
      if (group === null) {
        const kind = isCompanion(found.path) ? null : kindOfFile(found.path);
        if (kind) groups.push({ kind, key: found.path, count: 1, firstStep: 0, lastStep: 0 });
        at = `${found.path}\u0001`;
        continue;
      }
      const { kind, key, range } = group;
      const { count, first, last } = await measure(pk, range);
      at = range.to;
      if (count > 0) groups.push({ kind, key, count, firstStep: first ?? 0, lastStep: last ?? 0 });
    }
    return { groups, next: at };
  };

  /** Files outside the folders of known layouts and outside of models, and the tables that a tag names. */
  const singles = async (pk: number): Promise<Single[]> => {
    const { rows } = await sql<{ path: string }>`
      SELECT path FROM run_artifacts WHERE run_pk = ${pk} AND ${outsideLayouts} AND ${notCompanion}
      AND (${sql.join(
        singleEndings.map((ending) => sql`path LIKE ${`%.${ending}`}`),
        sql` OR `,
      )}) ORDER BY path LIMIT ${MOST_SINGLE_FILES}`.execute(db);
    const models = await sql<{ path: string }>`
      SELECT path FROM run_artifacts WHERE run_pk = ${pk} AND path LIKE '%MLmodel'`.execute(db);
    const folders = models.rows.map(({ path }) => path.replace(/MLmodel$/, ''));
    const files = rows.flatMap(({ path }): Single[] => {
      const kind = kindOfFile(path);
      return kind === null || folders.some((folder) => path.startsWith(folder)) ? [] : [{ kind, path }];
    });
    return [...(await taggedTables(pk)), ...files];
  };

  const taggedTables = async (pk: number): Promise<Single[]> => {
    const tag = await db
      .selectFrom('run_tags')
      .innerJoin('keys', 'keys.id', 'run_tags.key_id')
      .select('run_tags.value')
      .where('run_tags.run_pk', '=', pk)
      .where('keys.name', '=', 'mlflow.loggedArtifacts')
      .executeTakeFirst();
    const named = LoggedArtifacts.safeParse(tag === undefined ? [] : parsed(tag.value));
    if (!named.success) return [];
    const paths = named.data.filter(({ type }) => type === 'table').map(({ path }) => path);
    if (paths.length === 0) return [];
    const there = await db
      .selectFrom('run_artifacts')
      .select('path')
      .where('run_pk', '=', pk)
      .where('path', 'in', [...new Set(paths)])
      .orderBy('path')
      .execute();
    return there.map(({ path }) => ({ kind: 'table', path }));
  };

  return {
    async listObjects(runId, { limit, cursor }) {
      const pk = await pkOf(runId);
      const [startFolder, startAt] = readCursor(cursor) ?? [LAYOUT_FOLDERS[0] ?? '', LAYOUT_FOLDERS[0] ?? ''];
      const items: ObjectGroup[] = [];
      const first = LAYOUT_FOLDERS.indexOf(String(startFolder));
      for (const folder of first < 0 ? [] : LAYOUT_FOLDERS.slice(first)) {
        const from = folder === startFolder ? String(startAt) : folder;
        const { groups, next } = await groupsIn(pk, folder, from, limit - items.length);
        items.push(...groups);
        if (next !== null) return { items: merged(items), nextCursor: writeCursor([folder, next]) };
      }
      const skip = first < 0 ? Number(startAt) : 0;
      const files = (await singles(pk)).slice(skip);
      const taken = files.slice(0, limit - items.length);
      items.push(
        ...taken.map(({ kind, path }) => ({ kind, key: path, count: 1, firstStep: 0, lastStep: 0 })),
      );
      const isLast = taken.length === files.length;
      return { items: merged(items), nextCursor: isLast ? null : writeCursor(['', skip + taken.length]) };
    },

    async objectSteps(runId, { kind, key, limit, cursor }) {
      const pk = await pkOf(runId);
      const [afterStep, afterPath] = readCursor(cursor) ?? [null, ''];
      const parts = [
        ...rangesOf(kind, key).map(
          ({ from, to, stepAt }) =>
            sql`SELECT path, digest, size_bytes, created_at_ms, ${stepOf(stepAt)} AS step FROM run_artifacts
              WHERE run_pk = ${pk} AND path >= ${from} AND path < ${to} AND ${notCompanion}`,
        ),
        sql`SELECT path, digest, size_bytes, created_at_ms, 0 AS step FROM run_artifacts
          WHERE run_pk = ${pk} AND path = ${key}`,
      ];
      const { rows } = await sql<StepRow>`
        SELECT step, path, digest, size_bytes, created_at_ms FROM (${sql.join(parts, sql` UNION ALL `)})
        ${afterStep === null ? sql`` : sql`WHERE (step, path) > (${Number(afterStep)}, ${afterPath})`}
        ORDER BY step, path LIMIT ${limit + 1}`.execute(db);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const there = await companionsThere(pk, page);
      return {
        items: page.map((row) => toStep(row, there)),
        nextCursor: rows.length > limit && last ? writeCursor([last.step, last.path]) : null,
      };
    },
  };

  /** Which captions and thumbnails of some objects exist: index seeks, in parts that stay below SQLite's number of parameters. */
  async function companionsThere(pk: number, page: readonly StepRow[]): Promise<Set<string>> {
    const wanted = page.flatMap(({ path }) => [thumbnailPath(path), captionOf(path)]).filter(isText);
    const there = new Set<string>();
    for (let start = 0; start < wanted.length; start += 5000) {
      const found = await db
        .selectFrom('run_artifacts')
        .select('path')
        .where('run_pk', '=', pk)
        .where('path', 'in', wanted.slice(start, start + 5000))
        .execute();
      for (const { path } of found) there.add(path);
    }
    return there;
  }
}

type StepRow = { step: number; path: string; digest: string; size_bytes: number; created_at_ms: number };

const LoggedArtifacts = z.array(z.object({ path: z.string(), type: z.string() }));
const Cursor = z.tuple([z.union([z.string(), z.int()]), z.union([z.string(), z.int()])]);

const notCompanion = sql.join(
  companionEndings.map((ending) => sql`path NOT LIKE ${`%${ending}`}`),
  sql` AND `,
);
const outsideLayouts = sql.join(
  LAYOUT_FOLDERS.map((folder) => sql`(path < ${folder} OR path >= ${endOf(folder)})`),
  sql` AND `,
);

/** The step that stands in a path from a place on: a cast reads as many digits as there are. */
function stepOf(stepAt: number): RawBuilder<number> {
  return sql<number>`CAST(substr(path, ${stepAt}) AS INTEGER)`;
}

function isCompanion(path: string): boolean {
  return companionEndings.some((ending) => path.endsWith(ending));
}

/** Only objects in our own layout have captions. */
function captionOf(path: string): string | null {
  return path.startsWith('objects/') ? captionPath(path) : null;
}

function isText(text: string | null): text is string {
  return text !== null;
}

function toStep(row: StepRow, there: ReadonlySet<string>): ObjectStep {
  const thumbnail = thumbnailPath(row.path);
  const caption = captionOf(row.path);
  return {
    step: row.step,
    timestampMs: timestampIn(row.path) ?? row.created_at_ms,
    path: row.path,
    digest: row.digest,
    sizeBytes: row.size_bytes,
    thumbnailPath: thumbnail !== null && there.has(thumbnail) ? thumbnail : null,
    captionPath: caption !== null && there.has(caption) ? caption : null,
  };
}

/** The same key in two layouts is one group. */
function merged(groups: readonly ObjectGroup[]): ObjectGroup[] {
  const byName = new Map<string, ObjectGroup>();
  for (const group of groups) {
    const name = `${group.kind}/${group.key}`;
    const known = byName.get(name);
    byName.set(
      name,
      known
        ? {
            ...known,
            count: known.count + group.count,
            firstStep: Math.min(known.firstStep, group.firstStep),
            lastStep: Math.max(known.lastStep, group.lastStep),
          }
        : group,
    );
  }
  return [...byName.values()];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function writeCursor(place: readonly [string | number, string | number]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function readCursor(text: string | undefined): z.infer<typeof Cursor> | null {
  if (text === undefined) return null;
  const place = Cursor.safeParse(parsed(Buffer.from(text, 'base64url').toString()));
  if (place.success) return place.data;
  throw new AssayError('request/bad-cursor', 'The cursor is not one that this list gave.', {
    problems: [{ path: 'cursor', message: 'cannot be read', expected: 'nextCursor of the page before' }],
  });
}
