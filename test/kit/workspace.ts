import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenWorkspaceOptions, openWorkspace, type Workspace } from '../../engine/index.ts';
import { silentLogger } from '../../engine/system/index.ts';
import type { CreateRun, ListQuery, LogBatch } from '../../local-api/contract/index.ts';

export type TempWorkspace = {
  workspace: Workspace;
  dir: string;
  /** Closes it and opens the same folder again, as a restart of the engine does. */
  reopen(): Promise<Workspace>;
  /** Closes it and removes the folder. */
  close(): Promise<void>;
};

/** A real workspace in a folder of its own: silent, without settings from the environment. */
export async function tempWorkspace(
  options: Partial<Omit<OpenWorkspaceOptions, 'dir'>> = {},
): Promise<TempWorkspace> {
  const dir = mkdtempSync(join(tmpdir(), 'assay-workspace-'));
  const open = () => openWorkspace({ dir, logger: silentLogger, environment: {}, ...options });
  const opened: TempWorkspace = {
    workspace: await open(),
    dir,
    async reopen() {
      await opened.workspace.close({ graceMs: 0 });
      opened.workspace = await open();
      return opened.workspace;
    },
    async close() {
      await opened.workspace.close({ graceMs: 0 });
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return opened;
}

/** A run as a script would ask for it; what is not given is the plainest. */
export function newRun(input: Partial<CreateRun> = {}): CreateRun {
  return {
    experimentId: '0',
    source: 'api',
    notes: '',
    params: {},
    tags: {},
    inputs: [],
    status: 'running',
    ...input,
  };
}

/** What a script logs; what is not given is empty. */
export function logBatch(batch: Partial<LogBatch> = {}): LogBatch {
  return { metrics: [], params: {}, tags: {}, ...batch };
}

/** A query for a list, of 50 items unless told otherwise. */
export function listQuery(query: Partial<ListQuery> = {}): ListQuery {
  return { limit: 50, ...query };
}
