import type { DatasetVersion, Recipe } from '../../local-api/contract/index.ts';

/** A param's text may be this long. */
const MAX_TEXT = 6000;

/**
 * A recipe as params of a run: `trainer`, `trainer.trees`, `split.kind`, `preprocessing.numeric.impute` … Lists are JSON.
 * The dataset is named as people know it.
 */
export function runParams(
  recipe: Recipe,
  { dataset, version }: Pick<DatasetVersion, 'dataset' | 'version'>,
): Record<string, string> {
  const { target, features, trainer, auto, ...rest } = recipe;
  const { kind, ...settings } = trainer;
  // Chosen automatically: the trainer of the recipe has no part in it.
  const isChosen = auto !== undefined;
  const params: Record<string, string> = { trainer: isChosen ? 'auto' : kind };
  flatten(
    { ...(isChosen ? { auto: asked(auto) } : { trainer: settings }), ...rest, features: compact(features) },
    '',
    params,
  );
  params.dataset = `${dataset} ${version}`;
  params.target = 'column' in target ? target.column : `${target.name} = ${target.expression}`;
  return params;
}

/** Without the list of what was fitted, which is long and in the recipe. */
function asked({ candidates: _, members: __, ...rest }: NonNullable<Recipe['auto']>) {
  return rest;
}

/** Leaves out what says nothing. */
function compact({ include, exclude, roles }: Recipe['features']) {
  return {
    ...(include === undefined ? {} : { include }),
    ...(exclude.length === 0 ? {} : { exclude }),
    roles,
  };
}

function flatten(value: object, prefix: string, params: Record<string, string>): void {
  for (const [key, entry] of Object.entries(value)) {
    if (entry === undefined) continue;
    const name = (prefix + key).slice(0, 250);
    if (typeof entry === 'object' && entry !== null && !Array.isArray(entry))
      flatten(entry, `${prefix}${key}.`, params);
    else params[name] = (typeof entry === 'string' ? entry : JSON.stringify(entry)).slice(0, MAX_TEXT);
  }
}
