import {
  type Dimension,
  type Recipe,
  recipeOfTrial,
  type SearchSpace,
  type SettingValue,
  type Tuning,
} from '../../../local-api/contract/index.ts';
import { nearNames } from '../../store/index.ts';
import type { RecipeFaults } from '../recipe-faults.ts';

/** Values of the settings that a trial has, by path. Settings whose condition does not hold are left out. */
export type Assignment = Record<string, SettingValue>;

/** Parts of a recipe that a search may not change: they say what is learnt and how it is judged. */
const fixedParts = new Set([
  'version',
  'task',
  'dataset',
  'rows',
  'target',
  'positive',
  'features',
  'split',
  'validation',
  'tuning',
  'auto',
  'weights',
  'calibration',
  'threshold',
  'evaluation',
  'seed',
  'limits',
]);

const equal = (a: SettingValue | undefined, b: SettingValue): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** Whether a setting is there, given the values of those that it hangs on. */
export function isActive({ when }: Dimension, values: Assignment): boolean {
  return Object.entries(when ?? {}).every(([path, wanted]) => {
    const among = Array.isArray(wanted) ? wanted : [wanted];
    return Object.hasOwn(values, path) && among.some((one) => equal(values[path], one));
  });
}

/** The paths of a space, those that others hang on first; else in the order of their names. Those of a circle are left out. */
export function orderedPaths(space: SearchSpace): string[] {
  const waiting = new Set(Object.keys(space).sort());
  const ordered: string[] = [];
  for (let found = true; found; ) {
    found = false;
    for (const path of waiting) {
      const needs = Object.keys(space[path]?.when ?? {});
      if (needs.some((need) => waiting.has(need))) continue;
      waiting.delete(path);
      ordered.push(path);
      found = true;
    }
  }
  return ordered;
}

/** The value at a place in [0, 1]. Whole numbers and choices have equally long stretches. */
export function valueAt(dimension: Dimension, place: number): SettingValue {
  const u = Math.min(Math.max(place, 0), 1 - 2 ** -53);
  if (dimension.type === 'choice') return dimension.options[Math.floor(u * dimension.options.length)] ?? null;
  const { type, low, high } = dimension;
  if (type === 'int') return low + Math.floor(u * (high - low + 1));
  if (type === 'float') return low + u * (high - low);
  if (!dimension.whole) return Math.min(high, Math.max(low, low * (high / low) ** u));
  // Half a unit more on both sides, so that the ends are drawn as often as others of their size.
  const [from, to] = [low - 0.5, high + 0.5];
  return Math.min(high, Math.max(low, Math.round(from * (to / from) ** u)));
}

/** The place in [0, 1] of a value: the middle of its stretch. */
export function placeOf(dimension: Dimension, value: SettingValue): number {
  if (dimension.type === 'choice') {
    const index = dimension.options.findIndex((option) => equal(option, value));
    return (Math.max(0, index) + 0.5) / dimension.options.length;
  }
  const { type, low, high } = dimension;
  const x = Number(value);
  if (type === 'int') return (x - low + 0.5) / (high - low + 1);
  if (high === low) return 0.5;
  if (type === 'float') return (x - low) / (high - low);
  const [from, to] = dimension.whole ? [low - 0.5, high + 0.5] : [low, high];
  return Math.log(x / from) / Math.log(to / from);
}

/** The settings at the places of a point, one a path of `orderedPaths`. */
export function assignmentAt(space: SearchSpace, places: ArrayLike<number>): Assignment {
  const values: Assignment = {};
  orderedPaths(space).forEach((path, i) => {
    const dimension = space[path];
    if (dimension && isActive(dimension, values)) values[path] = valueAt(dimension, places[i] ?? 0.5);
  });
  return values;
}

/** Checks that every setting of a space is one of the recipe and takes the values that it may be given. */
export function checkSpace(recipe: Recipe, tuning: Tuning, faults: RecipeFaults): void {
  const { space, method } = tuning;
  if (Object.keys(space).length === 0) {
    faults.add(
      '/tuning/space',
      `there is no usual space for the trainer "${recipe.trainer.kind}"`,
      'settings',
    );
  }
  const ordered = new Set(orderedPaths(space));
  for (const [path, dimension] of Object.entries(space)) {
    const at = `/tuning/space/${path.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (dimension.type !== 'choice' && dimension.low > dimension.high) {
      faults.add(at, `low (${dimension.low}) is above high (${dimension.high})`);
      continue;
    }
    for (const need of Object.keys(dimension.when ?? {})) {
      if (space[need] === undefined) faults.add(`${at}/when`, `the space has no setting "${need}"`);
    }
    if (!ordered.has(path)) faults.add(`${at}/when`, 'its conditions go round in a circle');
    else checkPath(recipe, space, path, at, faults);
    if (method.kind === 'cmaes' && (dimension.type === 'choice' || dimension.when !== undefined)) {
      faults.add(at, 'CMA-ES searches numbers without conditions', 'another method, or a number');
    }
  }
}

function checkPath(recipe: Recipe, space: SearchSpace, path: string, at: string, faults: RecipeFaults): void {
  const dimension = space[path];
  if (dimension === undefined) return;
  if (fixedParts.has(path.split('.')[0] ?? '')) {
    faults.add(
      at,
      `"${path}" is what trials are compared on`,
      'a setting of the trainer or of preprocessing',
    );
    return;
  }
  const last =
    dimension.type === 'choice' ? dimension.options : [valueAt(dimension, 0), valueAt(dimension, 1)];
  for (const value of last) {
    const values = { ...conditionsOf(space, path), [path]: value };
    try {
      const made = recipeOfTrial(recipe, values);
      // Parts get their defaults, so only plain values come back as they were.
      const isPlain = typeof value !== 'object' || value === null;
      const is = settingAt(made, path);
      if (is === undefined || (isPlain && !equal(is, value))) {
        const { near, all } = settingsBeside(made, path);
        const hint = near.length > 0 ? `; did you mean ${near.join(' or ')}?` : '';
        faults.add(at, `the recipe has no setting "${path}"${hint}`, all.join(', '));
        return;
      }
    } catch (thrown) {
      const why = thrown instanceof Error && 'issues' in thrown ? firstIssue(thrown.issues) : String(thrown);
      faults.add(at, `${JSON.stringify(value)} is not possible: ${why}`);
      return;
    }
  }
}

function firstIssue(issues: unknown): string {
  const [first]: unknown[] = Array.isArray(issues) ? issues : [];
  return typeof first === 'object' && first !== null && 'message' in first
    ? String(first.message)
    : 'it does not fit';
}

/** Values with which a setting is there. */
function conditionsOf(space: SearchSpace, path: string): Assignment {
  const values: Assignment = {};
  for (const [need, wanted] of Object.entries(space[path]?.when ?? {})) {
    if (space[need] === undefined) continue;
    Object.assign(values, conditionsOf(space, need));
    values[need] = (Array.isArray(wanted) ? wanted[0] : wanted) ?? null;
  }
  return values;
}

/** Which settings there are in the innermost part of a recipe that a path leads to. */
function settingsBeside(recipe: object, path: string): { near: string[]; all: string[] } {
  let part = recipe;
  let before = '';
  let wanted = '';
  for (const name of path.split('.')) {
    wanted = name;
    const inner: unknown = Object.entries(part).find(([key]) => key === name)?.[1];
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) break;
    part = inner;
    before += `${name}.`;
  }
  const names = Object.keys(part).filter((name) => before !== '' || !fixedParts.has(name));
  const paths = (some: readonly string[]) => some.map((name) => `${before}${name}`);
  return { near: paths(nearNames(wanted, names)), all: paths(names) };
}

/** What a recipe says at a path; undefined where it says nothing. */
function settingAt(recipe: unknown, path: string): SettingValue | undefined {
  let at: unknown = recipe;
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = Object.entries(at).find(([key]) => key === name)?.[1];
  }
  return JSON.parse(JSON.stringify(at ?? null));
}
