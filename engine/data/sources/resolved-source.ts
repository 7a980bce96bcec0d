import type { HttpPaging } from '../../../local-api/contract/index.ts';

/** Settings of a connection with its secrets. */
export type WholeSettings = Readonly<Record<string, unknown>>;

/**
 * A source with all that is needed to read it, secrets among it: it goes to job processes and is never kept. `hidden`
 * are the values that must not be seen in messages.
 */
export type ResolvedSource = { name: string; hidden: string[] } & (
  | { kind: 'file'; path: string }
  | { kind: 'paths'; path: string }
  | { kind: 'text'; text: string }
  | { kind: 'postgres' | 'mysql'; settings: WholeSettings; table: string | null; query: string | null }
  | {
      kind: 'http';
      url: string;
      settings: WholeSettings;
      /** Null: a file, whatever it holds. */
      records: { at: string; paging: HttpPaging | null; most: number | null } | null;
    }
  | { kind: 'object'; storeKind: string; settings: WholeSettings; key: string | null; prefix: string | null }
  | {
      kind: 'dvc';
      path: string;
      output: string | null;
      remote: string | null;
      /** Connections by the name of the remote they lead to. */
      stores: Readonly<Record<string, { kind: string; settings: WholeSettings }>>;
      /** What an import need not read again: the newest version of the dataset was made of it. */
      known: { md5: string; versionId: string } | null;
    }
);

/** Sources whose rows are read where they are, by DuckDB, if their format lets it. */
export function isLocal(source: ResolvedSource): boolean {
  return source.kind === 'file' || source.kind === 'paths' || source.kind === 'text';
}
