import { ActionIcon, TextInput, Tooltip } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { toastFault } from '../../components/toasts.tsx';
import classes from './RunOverview.module.css';

type Props = { name: string; onSave: (name: string) => Promise<unknown>; isReadOnly: boolean };

/** A name that can be changed where it stands: Enter saves, Escape leaves it as it was. */
export function EditableName({ name, onSave, isReadOnly }: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  const save = () => {
    const next = draft?.trim() ?? '';
    setDraft(null);
    if (next !== '' && next !== name) onSave(next).catch(toastFault);
  };
  if (draft === null) {
    return (
      <span className={classes.name}>
        {name}
        {isReadOnly ? null : (
          <Tooltip label="Rename">
            <ActionIcon size="sm" aria-label="Rename the run" onClick={() => setDraft(name)}>
              <IconPencil size={14} />
            </ActionIcon>
          </Tooltip>
        )}
      </span>
    );
  }
  return (
    <TextInput
      aria-label="Name of the run"
      value={draft}
      autoFocus
      maxLength={500}
      w={340}
      maw="100%"
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') save();
        if (event.key === 'Escape') setDraft(null);
      }}
    />
  );
}
