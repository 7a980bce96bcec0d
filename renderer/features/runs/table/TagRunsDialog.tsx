import { Autocomplete, TextInput } from '@mantine/core';
import { useState } from 'react';
import { formatPlural } from '../../../app/format.ts';
import { FormDialog } from '../../../components/FormDialog.tsx';
import { toast } from '../../../components/toasts.tsx';
import { changeTags } from '../run-marks.ts';

type Props = { runIds: readonly string[]; knownKeys: readonly string[]; onClose: () => void };

/** Sets one tag on all selected runs. */
export function TagRunsDialog({ runIds, knownKeys, onClose }: Props) {
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  const save = async () => {
    await changeTags(runIds, { set: { [key.trim()]: value } });
    toast({
      title: `Tagged ${formatPlural(runIds.length, 'run')}`,
      text: `${key.trim()} = ${value}`,
      tone: 'good',
    });
    onClose();
  };
  return (
    <FormDialog
      title={`Tag ${formatPlural(runIds.length, 'run')}`}
      submitLabel="Set the tag"
      canSubmit={key.trim() !== ''}
      onSubmit={save}
      onClose={onClose}
    >
      <Autocomplete
        label="Tag"
        placeholder="team"
        value={key}
        onChange={setKey}
        data={[...knownKeys]}
        limit={8}
        required
        data-autofocus
      />
      <TextInput
        label="Value"
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
        mt="sm"
      />
    </FormDialog>
  );
}
