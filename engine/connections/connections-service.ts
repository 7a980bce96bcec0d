import type { Connection, ConnectionKindInfo, TargetCheck } from '../../local-api/contract/index.ts';
import type { PlainSettings, SecretPatch } from '../secrets/index.ts';
import type { FoundItem, WholeSettings } from './connection-kind.ts';

/** A connection with its secrets, for a job process. `hidden` are the values that must not be seen in messages. */
export type ReadyConnection = { name: string; kind: string; settings: WholeSettings; hidden: string[] };

/** Places that rows come from: settings in the database, secrets sealed beside them. All take a name or an id. */
export type ConnectionsService = {
  kinds(): ConnectionKindInfo[];
  list(): Promise<Connection[]>;
  get(connection: string): Promise<Connection>;
  /** Errors: connections/name-taken, connections/unknown-kind, connections/bad-config. */
  create(made: {
    name: string;
    kind: string;
    config: PlainSettings;
    secrets: SecretPatch;
  }): Promise<Connection>;
  update(
    connection: string,
    change: {
      name?: string | undefined;
      config?: PlainSettings | undefined;
      secrets?: SecretPatch | undefined;
    },
  ): Promise<Connection>;
  delete(connection: string): Promise<void>;
  /** Keeps what it found. */
  check(connection: string, signal?: AbortSignal): Promise<TargetCheck>;
  /** Tries settings that are not kept; `connection` names one whose secrets fill those left out. */
  test(
    tried: { kind: string; config: PlainSettings; secrets: SecretPatch; connection?: string | undefined },
    signal?: AbortSignal,
  ): Promise<TargetCheck>;
  /** What can be chosen there. Errors: `sources/…`. */
  tables(
    connection: string,
    prefix: string,
    signal?: AbortSignal,
  ): Promise<{ items: FoundItem[]; truncated: boolean }>;
  /** Null: there is none of that name. */
  ready(connection: string): Promise<ReadyConnection | null>;
};
