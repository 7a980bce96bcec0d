import { Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Experiment } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { FormDialog } from '../../components/FormDialog.tsx';

type Props = {
  /** The one to edit; a new one is made when left out. */
  experiment?: Experiment;
  onClose: () => void;
  onSaved: (experiment: Experiment) => void;
};

/** Makes an experiment, or changes the name and description of one. */
export function ExperimentDialog({ experiment, onClose, onSaved }: Props) {
  const [name, setName] = useState(experiment?.name ?? '');
  const [description, setDescription] = useState(experiment?.description ?? '');
  const save = async () => {
    const body = { name: name.trim(), description };
    const saved = experiment
      ? await client.experiments.update({ params: { experimentId: experiment.id }, body })
      : await client.experiments.create({ body });
    onSaved(saved);
  };
  return (
    <FormDialog
      title={experiment ? 'Edit experiment' : 'New experiment'}
      submitLabel={experiment ? 'Save' : 'Create'}
      canSubmit={name.trim() !== ''}
      onSubmit={save}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        placeholder="late flights"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={250}
        required
        data-autofocus
      />
      <Textarea
        label="Description"
        description="What question it answers. Markdown."
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        autosize
        minRows={3}
        maxRows={12}
        mt="sm"
        mb="md"
      />
    </FormDialog>
  );
}
