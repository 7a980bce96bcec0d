import type { Client } from '../client/index.ts';
import type { DatasetVersion } from '../contract/index.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';

/** A dataset version as people write it: `flights` (the newest), `flights@2`, or the id of a version. */
export async function resolveVersion(client: Client, ref: string): Promise<DatasetVersion> {
  const at = ref.lastIndexOf('@');
  if (at < 1) {
    if (ref.startsWith('dsv_')) return client.datasets.version({ params: { versionId: ref } });
    const dataset = await client.datasets.get({ params: { dataset: ref } });
    if (dataset.latest) return dataset.latest;
    throw new CommandFailure(
      'datasets/version-not-found',
      `${ref} has no versions.`,
      'Import a file first.',
      exitCodes.notFound,
    );
  }
  const dataset = ref.slice(0, at);
  const page = await client.datasets.versions({
    params: { dataset },
    query: { filter: `version = ${Number(ref.slice(at + 1)) || 0}`, limit: 1 },
  });
  const found = page.items[0];
  if (found) return found;
  throw new CommandFailure(
    'datasets/version-not-found',
    `There is no version ${ref}.`,
    `assay datasets ${dataset} lists them.`,
    exitCodes.notFound,
  );
}
