import {
  columnSettingKeys,
  type FeatureRole,
  type Preprocessing,
} from '../../../local-api/contract/index.ts';

export type ColumnSettings = Pick<Preprocessing, 'numeric' | 'categorical' | 'datetime'>;

/** The settings of all columns with what the recipe says of this one on top. */
export function columnSettings(preprocessing: Preprocessing, name: string): ColumnSettings {
  const { numeric, categorical, datetime, columns } = preprocessing;
  const own = Object.hasOwn(columns, name) ? Object.entries(columns[name] ?? {}) : [];
  const said = Object.fromEntries(own.filter(([, value]) => value !== undefined));
  return {
    numeric: { ...numeric, ...said },
    categorical: { ...categorical, ...said },
    datetime: { ...datetime, ...said },
  };
}

/** A fault of the recipe's preprocessing; the path begins below it. */
export type PreprocessingFault = { path: string; message: string; expected: string };

type Feature = { name: string; role: FeatureRole };

/** What does not fit the features: settings of columns that are none, or of another role; interactions that cannot be. */
export function preprocessingFaults(
  preprocessing: Preprocessing,
  features: readonly Feature[],
): PreprocessingFault[] {
  const roles = new Map(features.map(({ name, role }) => [name, role]));
  return [...columnFaults(preprocessing, roles), ...interactionFaults(preprocessing, roles)];
}

function columnFaults({ columns }: Preprocessing, roles: ReadonlyMap<string, FeatureRole>) {
  return Object.entries(columns).flatMap(([name, settings]): PreprocessingFault[] => {
    const path = `/columns/${pointer(name)}`;
    const role = roles.get(name);
    if (role === undefined)
      return [{ path, message: `"${name}" is not among the features`, expected: 'the name of a feature' }];
    const allowed: readonly string[] = columnSettingKeys[role];
    const faults = Object.keys(settings)
      .filter((key) => !allowed.includes(key))
      .map((key) => ({
        path: `${path}/${key}`,
        message: `"${key}" is no setting of "${name}", which is a ${role}`,
        expected: allowed.join(', '),
      }));
    return faults;
  });
}

const interactionRoles = {
  product: ['number', 'boolean'],
  ratio: ['number', 'boolean'],
  sum: ['number', 'boolean'],
  difference: ['number', 'boolean', 'datetime'],
  cross: ['category'],
} as const;

function interactionFaults({ interactions }: Preprocessing, roles: ReadonlyMap<string, FeatureRole>) {
  return interactions.flatMap(({ kind, columns }, index): PreprocessingFault[] => {
    const path = `/interactions/${index}/columns`;
    const allowed: readonly FeatureRole[] = interactionRoles[kind];
    const faults = columns.flatMap((name, side): PreprocessingFault[] => {
      const role = roles.get(name);
      if (role !== undefined && allowed.includes(role)) return [];
      const message =
        role === undefined
          ? `"${name}" is not among the features`
          : `a ${kind} cannot be made of "${name}", which is a ${role}`;
      return [{ path: `${path}/${side}`, message, expected: `a feature that is a ${allowed.join(' or ')}` }];
    });
    if (faults.length > 0) return faults;
    const [first, second] = columns;
    if (first === second)
      return [{ path, message: `"${first}" is on both sides`, expected: 'two different features' }];
    const dates = columns.filter((name) => roles.get(name) === 'datetime').length;
    return dates === 1
      ? [{ path, message: 'a date and a number have no difference', expected: 'two dates or two numbers' }]
      : [];
  });
}

function pointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
