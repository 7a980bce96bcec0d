import { Text } from '@mantine/core';
import { formatPlural } from '../../app/format.ts';
import { Panel } from '../../components/Panel.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { ColumnSettings } from './ColumnSettings.tsx';
import { chosenFeatures } from './chosen-features.ts';
import { Folded } from './Folded.tsx';
import { Interactions } from './Interactions.tsx';
import { countChanges, type PreprocessingDraft } from './preprocessing-draft.ts';
import { preprocessingFields, preprocessingGroups, usefulGroups } from './preprocessing-fields.ts';
import { SettingInputs } from './SettingInputs.tsx';
import type { SectionProps } from './TrainingForm.tsx';
import classes from './training.module.css';
import { usefulFields } from './useful-fields.ts';

/** How columns become numbers. Most people leave it as it is, so it stays folded until something in it was changed or is wrong. */
export function PreprocessingSection({ draft, data, onChange, faultAt, hasFault }: SectionProps) {
  const { preprocessing } = draft;
  const changes = countChanges(preprocessing);
  const change = (part: Partial<PreprocessingDraft>) =>
    onChange({ ...draft, preprocessing: { ...preprocessing, ...part } });
  const features = chosenFeatures(draft, data.profile);
  const roles = features.map(({ role }) => role);
  return (
    <Panel
      title="4 · Preprocessing"
      aside={changes > 0 ? <ToneBadge tone="info">{changes} changed</ToneBadge> : <span>as usual</span>}
    >
      <Folded
        title="How columns become numbers"
        isOpenAtFirst={changes > 0}
        hasFault={hasFault}
        foldedText={`${formatPlural(features.length, 'feature')}: missing values filled in, numbers standardised, categories and dates turned into numbers.`}
      >
        <Text size="sm" c="dimmed" mt="xs">
          Learnt on the training rows alone, and part of the model file: it does the same when it predicts.
        </Text>
        {usefulGroups(roles, preprocessing.groups).map((group) => {
          const settings = preprocessing.groups[group];
          return (
            <fieldset key={group} className={classes.group}>
              <legend>{preprocessingGroups[group]}</legend>
              <SettingInputs
                fields={usefulFields(preprocessingFields[group], settings)}
                settings={settings}
                onSettings={(next) => change({ groups: { ...preprocessing.groups, [group]: next } })}
                faultAt={(field) => faultAt(`${group}.${field}`)}
              />
            </fieldset>
          );
        })}
        <Interactions
          interactions={preprocessing.interactions}
          features={features}
          onChange={(interactions) => change({ interactions })}
          faultAt={faultAt}
        />
        <ColumnSettings
          preprocessing={preprocessing}
          features={features}
          onChange={(columns) => change({ columns })}
          faultAt={faultAt}
        />
      </Folded>
    </Panel>
  );
}
