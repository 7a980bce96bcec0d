import { userInfo } from 'node:os';

/** Who acts when a request does not say: the user that runs the engine. */
export function localActor(): string {
  try {
    return userInfo().username || 'unknown';
  } catch {
    // A container may run as a user without a name.
    return 'unknown';
  }
}
