import { Autocomplete, Select } from '@mantine/core';
import { Panel } from '../../components/Panel.tsx';
import type { SectionProps } from './TrainingForm.tsx';
import { useExperimentChoices, useTrainingTargets } from './training-queries.ts';

/** No name of a target. */
const thisMachine = '';

type Props = SectionProps & { title?: string };

/** Where the runs are filed, and where they are made. */
export function ExperimentSection({ draft, onChange, faultAt, title = '10 · Experiment' }: Props) {
  const choices = useExperimentChoices();
  const places = useTrainingTargets().data ?? [];
  const names = choices.data?.items.map((experiment) => experiment.name) ?? [];
  const isNew = draft.experiment.trim() !== '' && !names.includes(draft.experiment.trim());
  return (
    <Panel title={title}>
      <Autocomplete
        label="Experiment"
        description={isNew ? 'A new experiment is made.' : 'The runs are added to it.'}
        data={names}
        value={draft.experiment}
        onChange={(experiment) => onChange({ ...draft, experiment })}
        error={faultAt('')}
        maw={360}
      />
      {places.length === 0 ? null : (
        <Select
          label="Train on"
          description={
            draft.on === null
              ? 'Nothing leaves this machine.'
              : 'The data goes there, and the files of the run come back: the same recipe gives the same model.'
          }
          data={[{ value: thisMachine, label: 'This machine' }, ...places]}
          value={draft.on ?? thisMachine}
          onChange={(place) => onChange({ ...draft, on: place === thisMachine ? null : place })}
          allowDeselect={false}
          mt="md"
          maw={360}
        />
      )}
    </Panel>
  );
}
