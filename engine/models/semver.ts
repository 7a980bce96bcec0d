import type { Signature } from '../../local-api/contract/index.ts';

export type VersionNumber = { major: number; minor: number; patch: number };

const pattern = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

/** null when the text is no version such as 1.2.0. */
export function parseVersion(text: string): VersionNumber | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const [major = 0, minor = 0, patch = 0] = match.slice(1).map(Number);
  return { major, minor, patch };
}

export function formatVersion({ major, minor, patch }: VersionNumber): string {
  return `${major}.${minor}.${patch}`;
}

/**
 * The version after the highest there is: 1.0.0 first, then one minor more, or one major more when callers would have to change
 * what they send or how they read the answer. Without a signature nothing is known of that: only two without one are alike.
 */
export function nextVersion(
  highest: { version: VersionNumber; signature: Signature | null } | null,
  signature: Signature | null,
): VersionNumber {
  if (highest === null) return { major: 1, minor: 0, patch: 0 };
  const { major, minor } = highest.version;
  return hasSameCallers(highest.signature, signature)
    ? { major, minor: minor + 1, patch: 0 }
    : { major: major + 1, minor: 0, patch: 0 };
}

/** Whether a request for one model fits the other and the answers read alike. The order of columns does not matter. */
export function hasSameCallers(a: Signature | null, b: Signature | null): boolean {
  return a === null || b === null ? a === b : callerView(a) === callerView(b);
}

function callerView({ task, target, classes, positive, inputs }: Signature): string {
  const columns = inputs.map(({ name, type, nullable }) => [name, type, nullable]);
  columns.sort(([x], [y]) => (String(x) < String(y) ? -1 : 1));
  return JSON.stringify([task, target, classes, positive, columns]);
}
