import type { Client } from '../client/index.ts';
import type { DatasetVersion } from '../contract/index.ts';

/**
 * A dataset version as people write it: `flights` (the newest), `flights@2`, `flights@production`, `flights@2026-11-01` (the
 * newest at that time), or the id of a version.
 */
export async function resolveVersion(client: Client, ref: string): Promise<DatasetVersion> {
  return client.datasetVersions.resolve({ query: { ref } });
}
