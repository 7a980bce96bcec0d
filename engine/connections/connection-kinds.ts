import { z } from 'zod';
import type { ConnectionKindInfo } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { ConnectionKind } from './connection-kind.ts';
import { httpKind } from './http/http-kind.ts';
import { mysqlKind } from './mysql/mysql-kind.ts';
import { objectStoreKinds } from './object-store-kinds.ts';
import { postgresKind } from './postgres/postgres-kind.ts';

/** Every kind of connection, in the order of the form. Adding a kind is adding a line here. */
export const connectionKinds: readonly ConnectionKind[] = [
  postgresKind,
  mysqlKind,
  httpKind,
  ...objectStoreKinds,
];

/** Errors: connections/unknown-kind. */
export function connectionKind(name: string): ConnectionKind {
  const kind = connectionKinds.find((known) => known.kind === name);
  if (kind !== undefined) return kind;
  const known = connectionKinds.map(({ kind: known }) => known).join(', ');
  throw new AssayError(
    'connections/unknown-kind',
    `There is no kind of connection "${name}". Known: ${known}.`,
  );
}

export function connectionKindInfo({
  kind,
  title,
  description,
  reads,
  schema,
}: ConnectionKind): ConnectionKindInfo {
  return { kind, title, description, reads, configSchema: z.toJSONSchema(schema, { io: 'input' }) };
}
