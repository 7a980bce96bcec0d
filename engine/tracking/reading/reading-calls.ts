import type {
  ErrorCode,
  ListQuery,
  Page,
  Problem,
  RunGroupQuery,
  RunRow,
} from '../../../local-api/contract/index.ts';
import type { ExportedFile, ExportRequest } from './export-runs.ts';
import type { RunGroups } from './group-runs.ts';

/** What the reading thread can be asked, and what it answers. */
export type ReadingKinds = {
  groups: { input: RunGroupQuery; output: RunGroups };
  list: { input: ListQuery; output: Page<RunRow> };
  count: { input: string | undefined; output: number };
  export: { input: ExportRequest; output: ExportedFile };
};
export type ReadingKind = keyof ReadingKinds;

export type ReadingCall = {
  [K in ReadingKind]: { id: number; kind: K; input: ReadingKinds[K]['input'] };
}[ReadingKind];

/** An error without its class, which does not survive the hop. `code` is null for what is a fault of ours. */
export type Fault = { code: ErrorCode | null; message: string; hint?: string; problems?: Problem[] };

export type ReadingReply = { id: number } & ({ ok: true; value: unknown } | { ok: false; fault: Fault });
