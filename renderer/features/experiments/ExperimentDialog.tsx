import { Button, Group, Modal, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Experiment } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';

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
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    setError(null);
    const body = { name: name.trim(), description };
    try {
      const saved = experiment
        ? await client.experiments.update({ params: { experimentId: experiment.id }, body })
        : await client.experiments.create({ body });
      onSaved(saved);
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={experiment ? 'Edit experiment' : 'New experiment'}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
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
        <ErrorNote error={error} />
        <Group justify="flex-end" gap="xs" mt="md">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isBusy} disabled={name.trim() === ''}>
            {experiment ? 'Save' : 'Create'}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
