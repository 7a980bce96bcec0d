import { Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Model } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatPlural } from '../../app/format.ts';
import { FormDialog } from '../../components/FormDialog.tsx';

type Props = { model: Model; onClose: () => void; onDeleted: () => void };

/** Deletes a model with all versions, which cannot be undone: the name has to be typed first. */
export function DeleteModelDialog({ model, onClose, onDeleted }: Props) {
  const cache = useQueryClient();
  const [typed, setTyped] = useState('');
  const remove = async () => {
    await client.models.delete({ params: { model: model.name } });
    onDeleted();
    await cache.invalidateQueries({ queryKey: ['models', 'list'] });
  };
  return (
    <FormDialog
      title={`Delete ${model.name}`}
      submitLabel="Delete the model"
      cancelLabel="Keep"
      tone="danger"
      canSubmit={typed === model.name}
      onSubmit={remove}
      onClose={onClose}
    >
      <Text size="sm" mb="sm">
        The model goes with its {formatPlural(model.versions, 'version')} and all aliases, and predictions by
        it fail. This cannot be undone. The runs that made the versions stay.
      </Text>
      <TextInput
        label={`Type ${model.name} to confirm`}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
        data-autofocus
        mb="md"
      />
    </FormDialog>
  );
}
