import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { FormDialog } from '../../components/FormDialog.tsx';
import classes from './models.module.css';

type Tags = Readonly<Record<string, string>>;
type Props = {
  of: string;
  tags: Tags;
  onSave: (tags: Record<string, string>) => Promise<void>;
  onClose: () => void;
};
type Row = { id: number; key: string; value: string };

/** The tags of a model or a version, all of them at once; rows without a name fall away. */
export function TagsDialog({ of, tags, onSave, onClose }: Props) {
  const [rows, setRows] = useState<readonly Row[]>(() => {
    const known = Object.entries(tags).map(([key, value], id) => ({ id, key, value }));
    return [...known, { id: known.length, key: '', value: '' }];
  });
  const change = (id: number, part: Partial<Row>) =>
    setRows((all) => all.map((row) => (row.id === id ? { ...row, ...part } : row)));
  const named = rows.map((row) => ({ ...row, key: row.key.trim() })).filter(({ key }) => key !== '');
  const isTwice = (key: string) => named.filter((row) => row.key === key.trim()).length > 1;
  const save = async () => {
    await onSave(Object.fromEntries(named.map(({ key, value }) => [key, value])));
    onClose();
  };
  return (
    <FormDialog
      title={`Tags of ${of}`}
      submitLabel="Save"
      canSubmit={!named.some(({ key }) => isTwice(key))}
      onSubmit={save}
      onClose={onClose}
      size="lg"
    >
      <div className={classes.tags}>
        {rows.map(({ id, key, value }, place) => (
          <div key={id} className={classes.tag}>
            <TextInput
              aria-label={`Name of tag ${place + 1}`}
              placeholder="team"
              value={key}
              error={isTwice(key) ? 'The name is there twice' : undefined}
              onChange={(event) => change(id, { key: event.currentTarget.value })}
            />
            <TextInput
              aria-label={`Value of tag ${place + 1}`}
              value={value}
              onChange={(event) => change(id, { value: event.currentTarget.value })}
            />
            <ActionIcon
              aria-label={`Remove tag ${place + 1}`}
              onClick={() => setRows((all) => all.filter((row) => row.id !== id))}
            >
              <IconX size={15} />
            </ActionIcon>
          </div>
        ))}
      </div>
      <Button
        variant="default"
        leftSection={<IconPlus size={15} />}
        mt="sm"
        onClick={() =>
          setRows((all) => [...all, { id: Math.max(0, ...all.map(({ id }) => id + 1)), key: '', value: '' }])
        }
      >
        Add a tag
      </Button>
    </FormDialog>
  );
}
