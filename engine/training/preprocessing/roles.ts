import type { ColumnType, FeatureRole } from '../../../local-api/contract/index.ts';

/** Roles that a column of a type can have, the default first. A float can be a category when all its values are whole. */
const rolesByType: Record<ColumnType, readonly [FeatureRole, ...FeatureRole[]]> = {
  integer: ['number', 'category'],
  float: ['number', 'category'],
  boolean: ['boolean'],
  string: ['category'],
  datetime: ['datetime', 'number'],
  date: ['datetime', 'number'],
};

export function defaultRole(type: ColumnType): FeatureRole {
  return rolesByType[type][0];
}

export function allowedRoles(type: ColumnType): readonly FeatureRole[] {
  return rolesByType[type];
}
