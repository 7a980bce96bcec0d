import { createHash } from 'node:crypto';
import { Recipe } from '../../local-api/contract/index.ts';

/**
 * Names what a recipe makes: equal digests mean equal models. The dataset enters by its content, not by the id that this
 * workspace gave it; limits on memory and time and what is told of the model don't change it and are left out. So are
 * parts that say what recipes without them say: a part that recipes got later does not change the digests of older ones.
 */
export function recipeDigest(recipe: Recipe, datasetDigest: string): string {
  const { limits: _, evaluation: __, ...rest } = recipe;
  const { task, dataset, target, trainer } = recipe;
  const least = Recipe.parse({ task, dataset, target, trainer });
  const saysSomething = Object.entries(rest).filter(
    ([name, part]) => !isLater(name) || canonicalJson(part) !== canonicalJson(least[name]),
  );
  const text = canonicalJson({ ...Object.fromEntries(saysSomething), dataset: datasetDigest });
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

const laterParts = ['weights', 'calibration', 'threshold', 'validation'] as const;

function isLater(name: string): name is (typeof laterParts)[number] {
  return laterParts.some((later) => later === name);
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
