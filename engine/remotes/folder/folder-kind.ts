import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { defineTargetKind } from '../target.ts';

const FolderConfig = z.object({
  path: z
    .string()
    .min(1)
    .refine((path) => isAbsolute(path), 'a full path, from the root on')
    .meta({ title: 'Folder', description: 'A full path on the machine of the engine: a share, a disk' }),
});
export type FolderConfig = z.infer<typeof FolderConfig>;

export const folderKind = defineTargetKind({
  kind: 'folder',
  title: 'Folder',
  description:
    'A folder on a disk or share: versions side by side, and a file that says which is the latest.',
  configSchema: FolderConfig,
  canPull: true,
  address: ({ path }) => path,
  open: async (config) => (await import('./folder-remote.ts')).openFolder(config),
});
