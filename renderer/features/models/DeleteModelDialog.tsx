import { Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Model } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatPlural } from '../../app/format.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';

type Props = { model: Model; onClose: () => void; onDeleted: () => void };

/** Deletes a model with all versions, which cannot be undone: the name has to be typed first. */
export function DeleteModelDialog({ model, onClose, onDeleted }: Props) {
  const cache = useQueryClient();
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    setError(null);
    try {
      await client.models.delete({ params: { model: model.name } });
      onDeleted();
      await cache.invalidateQueries({ queryKey: ['models', 'list'] });
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Delete ${model.name}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed === model.name) void remove();
        }}
      >
        <Text size="sm" mb="sm">
          The model goes with its {formatPlural(model.versions, 'version')} and all aliases, and predictions
          by it fail. This cannot be undone. The runs that made the versions stay.
        </Text>
        <TextInput
          label={`Type ${model.name} to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
          mb="md"
        />
        <ErrorNote error={error} />
        <Group justify="flex-end" gap="xs" mt="md">
          <Button variant="default" onClick={onClose}>
            Keep
          </Button>
          <Button type="submit" color="red.8" disabled={typed !== model.name} loading={isBusy}>
            Delete the model
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
