import type { Task } from './draft.ts';
import type { SettingField } from './setting-fields.ts';

type Need = { key: string; values: readonly string[] };

const goss: Need = { key: 'sampling', values: ['goss'] };
const dart: Need = { key: 'boosting', values: ['dart'] };
const native: Need = { key: 'categories', values: ['native'] };
const target: Need = { key: 'encoding', values: ['target'] };

/** What a setting is for: without this choice of another setting beside it, it says nothing. */
const needs: Readonly<Record<string, Need>> = {
  fill: { key: 'impute', values: ['constant'] },
  clipQuantile: { key: 'clip', values: ['quantile'] },
  clipRange: { key: 'clip', values: ['iqr'] },
  maxOneHot: { key: 'encoding', values: ['auto', 'onehot'] },
  fillCategory: { key: 'missing', values: ['constant'] },
  targetSmoothing: target,
  targetFolds: target,
  topRows: goss,
  otherRows: goss,
  dropRate: dart,
  skipDrop: dart,
  maxDrop: dart,
  quantile: { key: 'loss', values: ['quantile'] },
  huberDelta: { key: 'loss', values: ['huber'] },
  tweediePower: { key: 'loss', values: ['tweedie'] },
  categorySmoothing: native,
  categoryL2: native,
  maxListedCategories: native,
  minCategoryRows: native,
  featureShare: { key: 'maxFeatures', values: ['share'] },
  embeddingSize: { key: 'categories', values: ['embedding'] },
};

/** Settings that say nothing of another task. */
const tasks: Readonly<Record<string, Task>> = {
  loss: 'regression',
  criterion: 'classification',
  labelSmoothing: 'classification',
};

/** The fields that say something with these settings; and every field that was changed, so that nothing is hidden that counts. */
export function usefulFields(
  fields: readonly SettingField[],
  settings: Readonly<Record<string, unknown>>,
  task?: Task,
): SettingField[] {
  const isUseful = (key: string): boolean => {
    if (settings[key] !== undefined) return true;
    const only = tasks[key];
    if (task !== undefined && only !== undefined && only !== task) return false;
    const need = needs[key];
    const other = fields.find((field) => field.key === need?.key);
    if (need === undefined || other === undefined) return true;
    return isUseful(other.key) && need.values.includes(String(settings[need.key] ?? other.defaultValue));
  };
  return fields.filter(({ key }) => isUseful(key));
}
