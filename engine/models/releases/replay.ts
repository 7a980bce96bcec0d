import type { ReleaseTransition } from '../../../local-api/contract/index.ts';

type Move = Pick<ReleaseTransition, 'kind' | 'environment' | 'version'>;

/**
 * The versions that an environment went through and can go back to, the present one last. A promotion adds one, a rollback
 * goes back to where the version stands, so that two rollbacks in a row go two steps back. An environment that was emptied begins anew.
 */
export function pathOf(history: readonly Move[], environment: string): string[] {
  const path: string[] = [];
  for (const { kind, environment: where, version } of history) {
    if (where !== environment) continue;
    if (kind === 'promote') path.push(version);
    else if (kind === 'withdraw') path.length = 0;
    else if (kind === 'rollback') {
      const place = path.lastIndexOf(version, -2);
      if (place < 0) path.splice(-1, 1, version);
      else path.length = place + 1;
    }
  }
  return path;
}

export type Approval = { version: string; actor: string; atMs: number };

/** Approvals for an environment that nobody has taken back, one a person and version, oldest first. */
export function approvalsOf(
  history: readonly (Move & { actor: string; atMs: number })[],
  environment: string,
): Approval[] {
  const standing = new Map<string, Approval>();
  for (const { kind, environment: where, version, actor, atMs } of history) {
    if (where !== environment) continue;
    const key = JSON.stringify([version, actor]);
    if (kind === 'approve' && !standing.has(key)) standing.set(key, { version, actor, atMs });
    if (kind === 'disapprove') standing.delete(key);
  }
  return [...standing.values()];
}
