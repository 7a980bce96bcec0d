import { createHash } from 'node:crypto';
import { Recipe } from '../../local-api/contract/index.ts';

/**
 * Names what a recipe makes: equal digests mean equal models. The dataset enters by its content, not by the id that this
 * workspace gave it; limits on memory and time and what is told of the model don't change it and are left out. So are
 * fields that recipes got later, where they say what recipes without them say: digests of older recipes stay what they were.
 */
export function recipeDigest(recipe: Recipe, datasetDigest: string): string {
  const { limits: _, evaluation: __, dataset: ___, ...rest } = recipe;
  const { task, dataset, target, trainer } = recipe;
  const least = Recipe.parse({ task, dataset, target, trainer: { kind: trainer.kind } });
  const text = canonicalJson({ ...saying(rest, least, ''), dataset: datasetDigest });
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Fields that recipes had from the first: they count whatever they say. */
const firstFields = new Set([
  'version',
  'task',
  'target',
  'positive',
  'features',
  'seed',
  ...['limit', 'sample', 'where'].map((name) => `rows.${name}`),
  ...['kind', 'column', 'stratify', 'test', 'validation'].map((name) => `split.${name}`),
  ...['impute', 'missingIndicator', 'scale'].map((name) => `preprocessing.numeric.${name}`),
  ...['encoding', 'maxOneHot', 'minCount'].map((name) => `preprocessing.categorical.${name}`),
  'preprocessing.datetime.parts',
  'trainer.kind',
  // linear
  ...['l2', 'maxIterations', 'tolerance'].map((name) => `trainer.${name}`),
  // gbdt
  ...['trees', 'learningRate', 'leaves', 'minLeafRows', 'minLeafHessian', 'bins', 'rowSample', 'columnSample']
    .concat('earlyStoppingRounds')
    .map((name) => `trainer.${name}`),
  // mlp
  ...['hidden', 'epochs', 'batchSize', 'weightDecay', 'patience'].map((name) => `trainer.${name}`),
]);

/** The fields of an object that say something: the first ones, and others where they differ from the least recipe. */
function saying(value: object, least: unknown, path: string): Record<string, unknown> {
  const usual: Record<string, unknown> = isObject(least) ? least : {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]): [string, unknown][] => {
      const at = path === '' ? name : `${path}.${name}`;
      if (firstFields.has(at)) return [[name, field]];
      if (canonicalJson(field ?? null) === canonicalJson(usual[name] ?? null)) {
        const hasFirst = [...firstFields].some((first) => first.startsWith(`${at}.`));
        return hasFirst && isObject(field) ? [[name, saying(field, usual[name], at)]] : [];
      }
      return [[name, isObject(field) ? saying(field, usual[name], at) : field]];
    }),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
