import type { DatasetProfile, FeatureRole } from '../../../local-api/contract/index.ts';
import { type Draft, rolesByType } from './draft.ts';

/** A feature that is chosen, with the role that it is treated in. */
export type ChosenFeature = { name: string; role: FeatureRole };

/** The chosen features, in the order of the data. */
export function chosenFeatures(
  { features }: Pick<Draft, 'features'>,
  profile: DatasetProfile,
): ChosenFeature[] {
  return profile.columns.flatMap(({ name, type }): ChosenFeature[] => {
    const feature = features[name];
    if (feature === undefined || !feature.included) return [];
    return [{ name, role: feature.role === 'auto' ? rolesByType[type][0] : feature.role }];
  });
}
