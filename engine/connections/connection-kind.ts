import type { z } from 'zod';
import type { ConnectionKindInfo, TargetFinding } from '../../local-api/contract/index.ts';
import type { RemoteContext } from '../http/index.ts';

/** What can be chosen there. */
export type FoundItem = { name: string; kind: 'table' | 'view' | 'folder' | 'object' };
/** Settings of a connection with its secrets. */
export type WholeSettings = Readonly<Record<string, unknown>>;

export type ConnectionKind = Pick<ConnectionKindInfo, 'kind' | 'title' | 'description' | 'reads'> & {
  /** Of an object whose properties are texts, numbers, truth values or lists of texts. */
  schema: z.ZodObject;
  /** Where it is, for people. Secrets are no part of it. */
  address(settings: unknown): string;
  /** Looks at the way there from its beginning; throws or tells what is wrong. */
  check(settings: unknown, context: RemoteContext): Promise<TargetFinding[]>;
  /** Null: there is no list. Errors: `sources/unreachable`, `sources/unauthorized`, `sources/refused`. */
  items:
    | ((settings: unknown, prefix: string, most: number, context: RemoteContext) => Promise<FoundItem[]>)
    | null;
};

/** Binds settings to their schema. */
export function defineConnectionKind<S extends z.ZodObject>(kind: {
  kind: string;
  title: string;
  description: string;
  reads: ConnectionKindInfo['reads'];
  schema: S;
  address(settings: z.output<S>): string;
  check(settings: z.output<S>, context: RemoteContext): Promise<TargetFinding[]>;
  items?(settings: z.output<S>, prefix: string, most: number, context: RemoteContext): Promise<FoundItem[]>;
}): ConnectionKind {
  const { schema, items } = kind;
  return {
    ...kind,
    address: (settings) => kind.address(schema.parse(settings)),
    check: (settings, context) => kind.check(schema.parse(settings), context),
    items:
      items === undefined
        ? null
        : (settings, prefix, most, context) => items(schema.parse(settings), prefix, most, context),
  };
}
