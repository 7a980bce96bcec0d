import type { Signature, VersionProposal } from '../../local-api/contract/index.ts';
import { formatVersion, hasSameCallers, type VersionNumber } from './semver.ts';
import { signatureChanges } from './signature-changes.ts';

/** What a proposal compares: of a version that there is, and of a run that may become one. */
export type Origin = {
  signature: Signature | null;
  /** The recipe of its training; null when there was none. */
  recipe: Readonly<Record<string, unknown>> | null;
  datasetVersionId: string | null;
};

/** What a retrain may change without being more than that. */
const retrained: ReadonlySet<string> = new Set(['seed', 'limits']);

/**
 * The version after the highest there is, by what changed: major for another signature (callers may have to change), minor for
 * other data or another recipe, patch for the same recipe trained again. Where the recipe of either is not known, it is minor.
 */
export function proposeVersion(
  highest: (Origin & { version: VersionNumber }) | null,
  next: Origin,
): VersionProposal {
  if (highest === null) {
    return { version: '1.0.0', change: 'first', reasons: ['It is the first version.'], comparedWith: null };
  }
  const { major, minor, patch } = highest.version;
  const proposal = (change: 'major' | 'minor' | 'patch', reasons: string[]): VersionProposal => ({
    version: formatVersion(
      {
        major: { major: major + 1, minor: 0, patch: 0 },
        minor: { major, minor: minor + 1, patch: 0 },
        patch: { major, minor, patch: patch + 1 },
      }[change],
    ),
    change,
    reasons,
    comparedWith: formatVersion(highest.version),
  });
  if (!hasSameCallers(highest.signature, next.signature)) {
    return proposal('major', reasonsOfSignatures(highest.signature, next.signature));
  }
  const reasons = [
    ...(highest.datasetVersionId === next.datasetVersionId ? [] : ['It was trained on other data.']),
    ...reasonsOfRecipes(highest.recipe, next.recipe),
  ];
  if (reasons.length > 0) return proposal('minor', reasons);
  return proposal('patch', ['The same recipe was trained again on the same data.']);
}

function reasonsOfSignatures(before: Signature | null, after: Signature | null): string[] {
  if (before === null || after === null) return ['Only one of them has a signature.'];
  const changes = signatureChanges(before, after);
  const told = changes.length === 0 ? 'the order or kind of what it takes or answers' : changes.join('; ');
  return [`The signature changed: ${told}.`];
}

function reasonsOfRecipes(before: Origin['recipe'], after: Origin['recipe']): string[] {
  if (before === null || after === null) return ['The recipe of one of them is not known.'];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter(
    (name) =>
      // Data has a reason of its own.
      name !== 'dataset' && !retrained.has(name) && canonical(before[name]) !== canonical(after[name]),
  );
  return changed.length === 0 ? [] : [`The recipe changed: ${changed.sort().join(', ')}.`];
}

/** JSON with sorted keys, so that the order in which somebody wrote them does not count. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? ''
  );
}
