import type { Client } from '../client/index.ts';
import type { ModelVersion } from '../contract/index.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';

const semver = /^\d+\.\d+\.\d+$/;

/** `late/1.2.0`, `late@champion`, `late@1.2.0`, or `late` alone for the newest version that is not archived. */
export async function findModelVersion(client: Client, ref: string): Promise<ModelVersion> {
  const slash = ref.indexOf('/');
  const at = slash < 0 ? ref.lastIndexOf('@') : slash;
  if (at > 0) {
    const asked = ref.slice(at + 1);
    const version = slash < 0 && !semver.test(asked) ? `@${asked}` : asked;
    return client.models.version({ params: { model: ref.slice(0, at), version } });
  }
  const page = await client.models.versions({
    params: { model: ref },
    query: { filter: "status = 'ready'", limit: 1 },
  });
  const [newest] = page.items;
  if (newest) return newest;
  throw new CommandFailure(
    'models/version-not-found',
    `${ref} has no version.`,
    'Register the model of a run: assay register <run> <model>',
    exitCodes.notFound,
  );
}
