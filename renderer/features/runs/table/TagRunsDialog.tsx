import { Autocomplete, Button, Group, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { formatPlural } from '../../../app/format.ts';
import { ErrorNote } from '../../../components/ErrorNote.tsx';
import { toast } from '../../../components/toasts.tsx';
import { tagRuns } from '../run-actions.ts';

type Props = { runIds: readonly string[]; knownKeys: readonly string[]; onClose: () => void };

/** Sets one tag on all selected runs. */
export function TagRunsDialog({ runIds, knownKeys, onClose }: Props) {
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      await tagRuns(runIds, key.trim(), value);
      toast({
        title: `Tagged ${formatPlural(runIds.length, 'run')}`,
        text: `${key.trim()} = ${value}`,
        tone: 'good',
      });
      onClose();
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Tag ${formatPlural(runIds.length, 'run')}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
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
          mb="md"
        />
        <ErrorNote error={error} />
        <Group justify="flex-end" gap="xs" mt="md">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isBusy} disabled={key.trim() === ''}>
            Set the tag
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
