import type { DeploymentDocument } from '../../../local-api/contract/index.ts';

/** The names of a field and of those around it: `['image', 'repository']`. */
export type FieldPath = readonly [string, ...string[]];

export function fieldOf(document: DeploymentDocument, path: FieldPath): unknown {
  return path.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), document);
}

/** A document with one field changed; undefined takes it away, and what then is empty around it too. */
export function withField(
  document: DeploymentDocument,
  [name, ...inner]: FieldPath,
  value: unknown,
): DeploymentDocument {
  const [next, ...rest] = inner;
  if (next === undefined) return changed(document, name, value);
  const there = document[name];
  const within = withField(isObject(there) ? there : {}, [next, ...rest], value);
  return changed(document, name, Object.keys(within).length === 0 ? undefined : within);
}

function changed(document: DeploymentDocument, name: string, value: unknown): DeploymentDocument {
  const { [name]: _, ...others } = document;
  if (value === undefined) return others;
  // Where the field was, so that the text does not jump.
  return Object.hasOwn(document, name) ? { ...document, [name]: value } : { ...others, [name]: value };
}

/** Names of its environments. */
export function environmentNames(document: DeploymentDocument): string[] {
  return isObject(document.environments) ? Object.keys(document.environments).sort() : [];
}

/** What somebody wrote, as a document; null: it is none. */
export function parseDocument(text: string): DeploymentDocument | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
