import { createHash } from 'node:crypto';
import { AssayError } from '../../errors.ts';
import { zipChunks } from '../../zip/index.ts';

/** A dashboard takes no longer bodies. */
const largestPackageBytes = 100 * 1024 ** 2;

/** Files as Ray unpacks them on its nodes, named by what they hold. */
export type RayPackage = { name: string; digest: string; bytes: Uint8Array };

/** Errors: targets/refused for what is too large for a dashboard; `what` and `hint` say of it. */
export function rayPackage(
  files: Iterable<readonly [path: string, bytes: Uint8Array]>,
  what: string,
  hint: string,
): RayPackage {
  const bytes = Buffer.concat([...zipChunks(files)]);
  if (bytes.byteLength >= largestPackageBytes)
    throw new AssayError(
      'targets/refused',
      `${what} has ${Math.ceil(bytes.byteLength / 1024 ** 2)} MiB; a Ray dashboard takes less than 100.`,
      { hint },
    );
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { name: `_ray_pkg_${hash.slice(0, 40)}.zip`, digest: `sha256:${hash}`, bytes };
}
