import {
  columnSettingKeys,
  type FeatureRole,
  type Interaction,
  interactionRoles,
  type Preprocessing,
} from '../../../local-api/contract/index.ts';
import { nearNames } from '../../store/index.ts';
import type { RecipeFaults } from '../recipe-faults.ts';

type Feature = { name: string; role: FeatureRole };
type Roles = ReadonlyMap<string, FeatureRole>;

/** Adds what does not fit the features: settings of columns that are none or have another role, interactions that cannot be. */
export function checkPreprocessing(
  preprocessing: Preprocessing,
  features: readonly Feature[],
  faults: RecipeFaults,
): void {
  const roles = new Map(features.map(({ name, role }) => [name, role]));
  checkColumns(preprocessing, roles, faults);
  const { interactions } = preprocessing;
  for (const [index, interaction] of interactions.entries())
    checkInteraction(interaction, `/preprocessing/interactions/${index}/columns`, roles, faults);
  checkRepeats(interactions, faults);
}

function checkColumns({ columns }: Preprocessing, roles: Roles, faults: RecipeFaults): void {
  for (const [name, settings] of Object.entries(columns)) {
    const path = `/preprocessing/columns/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const role = roles.get(name);
    if (role === undefined) {
      faults.add(path, noFeature(name, roles), 'the name of a feature');
      continue;
    }
    const allowed: readonly string[] = columnSettingKeys[role];
    for (const key of Object.keys(settings))
      if (!allowed.includes(key))
        faults.add(
          `${path}/${key}`,
          `"${name}" is a ${role}, which has no setting "${key}"`,
          allowed.join(', '),
        );
    if (settings.missing === 'constant' && settings.fillCategory === undefined)
      faults.add(`${path}/fillCategory`, `"${name}" needs the category to fill in`, 'a category');
  }
}

function noFeature(name: string, roles: Roles): string {
  const near = nearNames(name, [...roles.keys()]).map((one) => `"${one}"`);
  const hint = near.length > 0 ? `; did you mean ${near.join(' or ')}?` : '';
  return `"${name}" is not among the features${hint}`;
}

function checkInteraction(
  { kind, columns }: Interaction,
  path: string,
  roles: Roles,
  faults: RecipeFaults,
): void {
  const allowed = interactionRoles[kind];
  let isFit = true;
  for (const [side, name] of columns.entries()) {
    const role = roles.get(name);
    if (role !== undefined && allowed.includes(role)) continue;
    isFit = false;
    const message =
      role === undefined
        ? noFeature(name, roles)
        : `a ${kind} cannot be made of "${name}", which is a ${role}`;
    faults.add(`${path}/${side}`, message, `a feature that is a ${allowed.join(' or ')}`);
  }
  if (!isFit) return;
  const [first, second] = columns;
  if (first === second) faults.add(path, `"${first}" is on both sides`, 'two different features');
  const dates = columns.filter((name) => roles.get(name) === 'datetime').length;
  if (dates === 1) faults.add(path, 'a date and a number have no difference', 'two dates or two numbers');
}

function checkRepeats(interactions: readonly Interaction[], faults: RecipeFaults): void {
  const seen = new Set<string>();
  for (const [index, { kind, columns }] of interactions.entries()) {
    const key = JSON.stringify([kind, columns]);
    if (seen.has(key))
      faults.add(
        `/preprocessing/interactions/${index}`,
        `the ${kind} of ${columns.join(' and ')} is there twice`,
      );
    seen.add(key);
  }
}
