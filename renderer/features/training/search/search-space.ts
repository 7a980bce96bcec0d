import type { Dimension, SearchSpace, TrainerInfo } from '../../../../local-api/contract/index.ts';
import { preprocessingFields, preprocessingGroups } from '../preprocessing-fields.ts';
import { labelOf, type SettingField, settingFields } from '../setting-fields.ts';

/** A setting that a search can look through. */
export type Searchable = { path: string; label: string; field: SettingField };

/** A row of the form: a setting with what it may be, searched or not. */
export type SpaceRow = {
  path: string;
  label: string;
  dimension: Dimension;
  isOn: boolean;
  field: SettingField | null;
};

const searchableKinds: readonly SettingField['kind'][] = [
  'integer',
  'number',
  'boolean',
  'choice',
  'integers',
];

/** The settings of a trainer, then those of preprocessing, that have values to choose from. */
export function searchableSettings(info: Pick<TrainerInfo, 'schema' | 'defaults'>): Searchable[] {
  const ofTrainer = settingFields(info).map((field) => ({
    path: `trainer.${field.key}`,
    label: field.label,
    field,
  }));
  const ofData = Object.entries(preprocessingFields).flatMap(([group, fields]) =>
    fields.map((field) => ({
      path: `preprocessing.${group}.${field.key}`,
      label: `${groupLabel(group)}: ${field.label.toLowerCase()}`,
      field,
    })),
  );
  return [...ofTrainer, ...ofData].filter(({ field }) => searchableKinds.includes(field.kind));
}

const groupLabel = (group: string): string =>
  new Map<string, string>(Object.entries(preprocessingGroups)).get(group) ?? labelOf(group);

/** Settings of the space in use, and those of the usual space that were taken out of it. */
export function spaceRows(
  space: SearchSpace,
  usual: SearchSpace | null,
  settings: readonly Searchable[],
): SpaceRow[] {
  const paths = [...new Set([...Object.keys(usual ?? {}), ...Object.keys(space)])];
  return paths.flatMap((path): SpaceRow[] => {
    const dimension = space[path] ?? usual?.[path];
    if (dimension === undefined) return [];
    const known = settings.find((setting) => setting.path === path);
    return [
      {
        path,
        label: known?.label ?? path,
        dimension,
        isOn: space[path] !== undefined,
        field: known?.field ?? null,
      },
    ];
  });
}

/** What a setting may be when it is taken up: all choices, or a range around its default within its limits. */
export function usualDimension({ kind, choices, defaultValue, min, max }: SettingField): Dimension {
  if (kind === 'boolean') return { type: 'choice', options: [false, true] };
  if (kind === 'choice') return { type: 'choice', options: choices };
  if (kind === 'integers')
    return { type: 'choice', options: [Array.isArray(defaultValue) ? defaultValue : []] };
  const usual = typeof defaultValue === 'number' ? defaultValue : (min ?? 1);
  // Halfway to a bound is inside of it, be it open or closed.
  const least = min === undefined ? -Infinity : (min + usual) / 2;
  const most = max === undefined ? Infinity : (usual + max) / 2;
  if (kind === 'number' && min !== undefined && max !== undefined && (usual === 0 || usual > max / 4)) {
    return { type: 'float', low: least, high: most };
  }
  const middle = usual > 0 ? usual : 1;
  if (kind === 'integer') {
    const low = Math.max(1, Math.ceil(least), Math.round(middle / 4));
    return { type: 'log', low, high: Math.max(low, Math.min(Math.floor(most), middle * 4)), whole: true };
  }
  const low = positive(Math.max(least, middle / 10));
  return { type: 'log', low, high: Math.max(low, positive(Math.min(most, middle * 10))), whole: false };
}

const positive = (value: number) => (value > 0 ? Number(value.toPrecision(3)) : 1e-6);

/** Kinds of ranges in the words of the form. */
export const rangeLabels = {
  int: 'whole numbers, evenly',
  logInt: 'whole numbers, by size',
  float: 'numbers, evenly',
  log: 'numbers, by size',
  choice: 'one of',
} as const;
export type RangeKind = keyof typeof rangeLabels;

export const rangeKind = (dimension: Dimension): RangeKind =>
  dimension.type === 'log' && dimension.whole ? 'logInt' : dimension.type;

/** The kinds of ranges that make sense for a setting; all for one that the form does not know. */
export function rangeKinds(field: SettingField | null): RangeKind[] {
  if (field === null) return ['int', 'logInt', 'float', 'log', 'choice'];
  if (field.kind === 'integer') return ['int', 'logInt', 'choice'];
  if (field.kind === 'number') return ['float', 'log', 'choice'];
  return ['choice'];
}

/** The same setting searched in another way; bounds stay as far as the new way takes them. */
export function changeRange(dimension: Dimension, kind: RangeKind): Dimension {
  const when = dimension.when === undefined ? {} : { when: dimension.when };
  const [low, high] = boundsOf(dimension);
  switch (kind) {
    case 'choice':
      return {
        type: 'choice',
        options: dimension.type === 'choice' ? dimension.options : [low, high],
        ...when,
      };
    case 'int':
      return { type: 'int', low: Math.round(low), high: Math.round(high), ...when };
    case 'float':
      return { type: 'float', low, high, ...when };
    case 'log':
      return { type: 'log', low: positive(low), high: positive(high), whole: false, ...when };
    case 'logInt': {
      const least = Math.max(1, Math.round(low));
      return { type: 'log', low: least, high: Math.max(least, Math.round(high)), whole: true, ...when };
    }
  }
}

function boundsOf(dimension: Dimension): [number, number] {
  if (dimension.type !== 'choice') return [dimension.low, dimension.high];
  const numbers = dimension.options.filter((option) => typeof option === 'number');
  return numbers.length === 0 ? [1, 10] : [Math.min(...numbers), Math.max(...numbers)];
}

/** The dimension with another bound. */
export function changeBound(dimension: Dimension, end: 'low' | 'high', value: number): Dimension {
  return dimension.type === 'choice' ? dimension : { ...dimension, [end]: value };
}

/** A choice as text, and back: 5, true, [64, 32], or any other text as it stands. */
export const writeOption = (option: unknown): string =>
  typeof option === 'string' ? option : JSON.stringify(option).replaceAll(',', ', ');

type Option = Extract<Dimension, { type: 'choice' }>['options'][number];

export function readOption(text: string): Option {
  try {
    return JSON.parse(text) as Option;
  } catch {
    return text;
  }
}

/** The conditions of a dimension in words; empty where it has none. */
export function conditionWords({ when = {} }: Dimension): string {
  return Object.entries(when)
    .map(
      ([path, values]) =>
        `${path} is ${(Array.isArray(values) ? values : [values]).map(writeOption).join(' or ')}`,
    )
    .join(' and ');
}

/** Spaces by trainer with that of one changed; one that is as usual again is none of its own. */
export function changeSpace(
  spaces: Readonly<Record<string, SearchSpace>>,
  trainer: string,
  space: SearchSpace,
  usual: SearchSpace | null,
): Record<string, SearchSpace> {
  const { [trainer]: _, ...others } = spaces;
  const isUsual = usual !== null && isSameSpace(space, usual);
  return isUsual ? others : { ...others, [trainer]: space };
}

function isSameSpace(a: SearchSpace, b: SearchSpace): boolean {
  const inOrder = (space: SearchSpace) =>
    JSON.stringify(Object.entries(space).sort(([one], [other]) => (one < other ? -1 : 1)));
  return inOrder(a) === inOrder(b);
}
