import type { TransformEnd, TransformState } from '../../local-api/contract/index.ts';

/** How a transform stands: what it would read now against what its last run read. */
export function freshness(facts: {
  version: number;
  /** null when an input is missing. */
  now: readonly TransformEnd[] | null;
  missing: readonly string[];
  wantedKey: string | null;
  last: { state: string; key: string; message: string } | null;
  made: { version: number; key: string; inputs: readonly TransformEnd[] } | null;
}): { state: TransformState; reasons: string[] } {
  const { last, made, now, wantedKey } = facts;
  if (last?.state === 'running') return { state: 'running', reasons: [] };
  if (last?.state === 'failed' && (wantedKey === null || last.key === wantedKey))
    return { state: 'failed', reasons: [last.message, ...facts.missing] };
  if (made === null) return { state: 'never-run', reasons: [...facts.missing] };
  if (made.key === wantedKey) return { state: 'fresh', reasons: [] };
  const reasons = [...facts.missing];
  const isChanged = made.version !== facts.version;
  for (const input of now ?? []) {
    const used = made.inputs.find(({ alias }) => alias === input.alias);
    if (used === undefined || used.digest === input.digest) continue;
    reasons.push(
      used.dataset === input.dataset
        ? `${input.dataset} has version ${input.version}; the output was made from version ${used.version}`
        : `It reads ${input.dataset}; the output was made from ${used.dataset}`,
    );
  }
  if (isChanged)
    reasons.push(
      `The definition has changed: version ${facts.version}; the output was made by version ${made.version}`,
    );
  return { state: 'stale', reasons };
}
