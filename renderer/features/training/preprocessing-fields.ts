import { z } from 'zod';
import { columnSettingKeys, type FeatureRole, Preprocessing } from '../../../local-api/contract/index.ts';
import { type SettingField, settingFields } from './setting-fields.ts';

/** Groups of settings that hold for all columns, in the order of the form. */
export const preprocessingGroups = {
  numeric: 'Numbers',
  categorical: 'Categories',
  datetime: 'Dates',
  selection: 'Selection of features',
} as const;
export type PreprocessingGroup = keyof typeof preprocessingGroups;

const Schema = z.object({ properties: z.record(z.string(), z.record(z.string(), z.unknown())) });
const { properties } = Schema.parse(z.toJSONSchema(Preprocessing, { io: 'input' }));

const fieldsOf = (group: PreprocessingGroup) =>
  settingFields({ schema: properties[group] ?? {}, defaults: {} });

/** The settings of each group as fields of a form. */
export const preprocessingFields: Record<PreprocessingGroup, SettingField[]> = {
  numeric: fieldsOf('numeric'),
  categorical: fieldsOf('categorical'),
  datetime: fieldsOf('datetime'),
  selection: fieldsOf('selection'),
};

/** The groups that say something about features of these roles, or that were changed. */
export function usefulGroups(
  roles: readonly FeatureRole[],
  groups: Record<PreprocessingGroup, Readonly<Record<string, unknown>>>,
): PreprocessingGroup[] {
  const isUseful: Record<PreprocessingGroup, boolean> = {
    numeric: roles.some((role) => role !== 'category'),
    categorical: roles.includes('category'),
    datetime: roles.includes('datetime'),
    selection: true,
  };
  const all: PreprocessingGroup[] = ['numeric', 'categorical', 'datetime', 'selection'];
  return all.filter((group) => isUseful[group] || Object.keys(groups[group]).length > 0);
}

/**
 * The settings that a column of a role can have for itself; what holds for all columns stands as the default, and the
 * descriptions stand there.
 */
export function columnFields(
  role: FeatureRole,
  groups: Record<PreprocessingGroup, Readonly<Record<string, unknown>>>,
): SettingField[] {
  const keys: readonly string[] = columnSettingKeys[role];
  const group = role === 'category' ? 'categorical' : role === 'datetime' ? 'datetime' : 'numeric';
  return preprocessingFields[group]
    .filter(({ key }) => keys.includes(key))
    .map((field) => ({
      ...field,
      description: '',
      defaultValue: groups[group][field.key] ?? field.defaultValue,
    }));
}
