import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DvcInspection } from '../../local-api/contract/index.ts';
import type { ConnectionsService } from '../connections/index.ts';
import type { RunBeside } from '../jobs/index.ts';
import { type InspectedDvc, remotesOf } from './inspect-dvc.ts';

export type DvcService = {
  /** What a path of DVC names. Errors: `datasets/source-not-found`, `dvc/bad-file`. */
  inspect(path: string, signal?: AbortSignal): Promise<DvcInspection>;
};

export type DvcServiceOptions = {
  connections: Pick<ConnectionsService, 'list'>;
  runBeside: RunBeside;
  /** For previews; emptied by whoever owns it. */
  tmpDir: string;
};

const MEMORY_MB = 512;
const SECONDS = 50;

/** Opens the room that knows repositories of DVC. */
export function createDvcService({ connections, runBeside, tmpDir }: DvcServiceOptions): DvcService {
  return {
    async inspect(path, signal) {
      await mkdir(tmpDir, { recursive: true });
      const folder = await mkdtemp(join(tmpDir, 'dvc-'));
      try {
        const limits = { folder, memoryMb: MEMORY_MB, seconds: SECONDS, signal };
        const { config, ...inspected } = (await runBeside('inspect-dvc', { path }, limits)) as InspectedDvc;
        const remotes = config === null ? [] : remotesOf(config, await connections.list());
        return { ...inspected, remotes };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
