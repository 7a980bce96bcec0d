import type {
  ColumnLineage,
  ColumnLineageQuery,
  Lineage,
  LineageQuery,
  ListQuery,
  OpenLineageServer,
  Page,
} from '../../local-api/contract/index.ts';
import type { RunEvent } from './openlineage/run-events.ts';

export type LineageService = {
  /** Errors: `lineage/no-such-node`. Cost: some queries a step away, whatever the number of nodes. */
  get(query: LineageQuery): Promise<Lineage>;
  /** Errors: `lineage/no-such-node`, `lineage/no-such-column`. */
  columns(query: ColumnLineageQuery): Promise<ColumnLineage>;
  /** OpenLineage events of what was done, oldest first: a START and an end for each job that has ended. */
  openLineage(page: Pick<ListQuery, 'limit' | 'cursor'>): Promise<Page<RunEvent>>;
  /** How things stand with the server that events are sent to. */
  server(): Promise<OpenLineageServer>;
  /** The key that the server asks for, kept in the secret store; null takes it away. */
  setKey(key: string | null): Promise<void>;
  /** Tells of jobs from now on, as the settings say. */
  start(): void;
  /** Resolves when everything that has happened so far is written down. */
  idle(): Promise<void>;
  close(): Promise<void>;
};
