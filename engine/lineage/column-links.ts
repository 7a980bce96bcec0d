import { type Kysely, sql } from 'kysely';
import type {
  ColumnLineage,
  ColumnLineageQuery,
  ColumnLink,
  ColumnOrigins,
} from '../../local-api/contract/index.ts';
import type { Database } from '../store/index.ts';
import { readSource } from './links.ts';
import { nodeId, partsOf } from './node-ids.ts';

/** Stands for every column, where a query could not be followed. */
const ANY = '*';
/** So many links are told at most: wide tables have a link a column and step. */
const MOST_LINKS = 5000;

type Made = {
  node: string;
  runId: string;
  inputs: readonly { alias: string; node: string }[];
};

/**
 * What became of columns: where those of a dataset version come from, over all transforms before it, and which columns were made of
 * them. Cost: one query, and some milliseconds for each run of a transform that is met for the first time.
 */
export async function columnLineage(
  db: Kysely<Database>,
  originsOf: (runId: string) => Promise<ColumnOrigins[] | null>,
  root: string,
  columns: readonly string[],
  { direction }: Pick<ColumnLineageQuery, 'direction'>,
): Promise<ColumnLineage> {
  const made = await transformed(db);
  const links = new Map<string, ColumnLink>();
  const seen = new Set<string>();
  const add = (link: ColumnLink): boolean => {
    if (links.size < MOST_LINKS)
      links.set(`${link.from.node} ${link.from.column}\n${link.to.node} ${link.to.column}`, link);
    return links.size < MOST_LINKS;
  };
  const follow = async (way: 'up' | 'down') => {
    seen.clear();
    const front = [{ node: root, columns: new Set(columns) }];
    for (let at = front.pop(); at !== undefined; at = front.pop()) {
      const { node, columns: names } = at;
      const key = `${node}\n${[...names].sort().join('\n')}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const found = way === 'up' ? made.filter((one) => one.node === node) : usersOf(made, node);
      for (const version of found) {
        const origins = (await originsOf(version.runId)) ?? [];
        const next = new Map<string, Set<string>>();
        for (const link of linksBetween(version, origins)) {
          const [near, far] = way === 'up' ? [link.to, link.from] : [link.from, link.to];
          if (near.node !== node || !(names.has(near.column) || names.has(ANY) || near.column === ANY))
            continue;
          if (!add(link)) break;
          next.set(far.node, (next.get(far.node) ?? new Set()).add(far.column));
        }
        front.push(...[...next].map(([far, wanted]) => ({ node: far, columns: wanted })));
      }
    }
  };
  if (direction !== 'down') await follow('up');
  if (direction !== 'up') await follow('down');
  return { root, columns: [...columns], links: [...links.values()], isCut: links.size >= MOST_LINKS };
}

const usersOf = (made: readonly Made[], node: string): Made[] =>
  made.filter(({ inputs }) => inputs.some((input) => input.node === node));

function linksBetween({ node, inputs }: Made, origins: readonly ColumnOrigins[]): ColumnLink[] {
  if (origins.length === 0 || origins.some(({ isTraced }) => !isTraced))
    return inputs.map((input) => ({
      from: { node: input.node, column: ANY },
      to: { node, column: ANY },
      how: 'unknown',
    }));
  return origins.flatMap(({ column, from }) =>
    from.flatMap((origin) => {
      const input = inputs.find(({ alias }) => alias === origin.input);
      return input === undefined
        ? []
        : [{ from: { node: input.node, column: origin.column }, to: { node, column }, how: origin.how }];
    }),
  );
}

/** Every version that a transform has made, with what it read. */
async function transformed(db: Kysely<Database>): Promise<Made[]> {
  const rows = await db
    .selectFrom('dataset_versions')
    .select(['id', 'source'])
    .where(sql`substr(source, 1, 19)`, '=', '{"kind":"transform"')
    .where('deleted_at_ms', 'is', null)
    .execute();
  return rows.flatMap(({ id, source: text }) => {
    const source = readSource(text);
    if (source?.kind !== 'transform') return [];
    const inputs = source.inputs.map(({ alias, versionId }) => ({
      alias,
      node: nodeId('dataset', versionId),
    }));
    return [{ node: nodeId('dataset', id), runId: source.runId, inputs }];
  });
}

/** The columns of a dataset version; null for what is none. */
export async function columnsOf(db: Kysely<Database>, node: string): Promise<string[] | null> {
  const { kind, key } = partsOf(node);
  if (kind !== 'dataset') return null;
  const row = await db
    .selectFrom('dataset_versions')
    .select('columns')
    .where('id', '=', key)
    .executeTakeFirst();
  const columns: unknown = row === undefined ? null : JSON.parse(row.columns);
  return Array.isArray(columns) ? columns.map((column) => String(Object(column).name)) : null;
}
