import { createHash } from 'node:crypto';
import type { Recipe } from '../../local-api/contract/index.ts';

/**
 * Names what a recipe makes: equal digests mean equal models. The dataset enters by its content, not by the id that this
 * workspace gave it; limits on memory and time don't change a model and are left out.
 */
export function recipeDigest(recipe: Recipe, datasetDigest: string): string {
  const { limits: _, ...rest } = recipe;
  const text = canonicalJson({ ...rest, dataset: datasetDigest });
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** JSON with object keys in order, so that equal values give equal text. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`);
  return `{${entries.join(',')}}`;
}
