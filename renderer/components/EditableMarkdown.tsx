import { ActionIcon, Button, Group, SegmentedControl, Textarea, Tooltip } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import classes from './EditableMarkdown.module.css';
import { ErrorNote } from './ErrorNote.tsx';
import { Markdown } from './Markdown.tsx';

type Props = {
  /** What the text is: "Notes", "Model card". */
  label: string;
  text: string;
  onSave: (text: string) => Promise<unknown>;
  /** What is shown when there is no text. */
  empty: ReactNode;
  isReadOnly?: boolean;
  /** Takes no more room than the text: for a line or two under a title. */
  isCompact?: boolean;
};

/** Markdown that can be read and, on demand, written: Ctrl or ⌘ and Enter saves, Escape leaves it as it was. */
export function EditableMarkdown({
  label,
  text,
  onSave,
  empty,
  isReadOnly = false,
  isCompact = false,
}: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  const [shown, setShown] = useState<'write' | 'preview'>('write');
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const leave = () => {
    setDraft(null);
    setShown('write');
    setError(null);
  };
  const save = async () => {
    if (draft === null) return;
    setBusy(true);
    setError(null);
    try {
      await onSave(draft);
      leave();
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  if (draft === null) {
    const edit = () => setDraft(text);
    const name = `Edit: ${label}`;
    return (
      <div className={isCompact ? classes.compact : undefined}>
        {text.trim() === '' ? <div className="a-dim">{empty}</div> : <Markdown text={text} />}
        {isReadOnly ? null : isCompact ? (
          <Tooltip label="Edit">
            <ActionIcon size="sm" onClick={edit} aria-label={name}>
              <IconPencil size={14} />
            </ActionIcon>
          </Tooltip>
        ) : (
          <Button
            variant="default"
            mt="sm"
            leftSection={<IconPencil size={14} />}
            onClick={edit}
            aria-label={name}
          >
            Edit
          </Button>
        )}
      </div>
    );
  }
  return (
    <div>
      <SegmentedControl
        value={shown}
        onChange={(value) => setShown(value === 'preview' ? 'preview' : 'write')}
        data={[
          { value: 'write', label: 'Write' },
          { value: 'preview', label: 'Preview' },
        ]}
        aria-label={`${label}: write or preview`}
        mb="xs"
      />
      {shown === 'preview' ? (
        <Markdown text={draft} />
      ) : (
        <Textarea
          aria-label={label}
          value={draft}
          autosize
          minRows={6}
          maxRows={30}
          autoFocus
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          onChange={(event) => setDraft(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
            if (event.key === 'Escape') leave();
          }}
        />
      )}
      <ErrorNote error={error} />
      <Group gap="xs" mt="xs">
        <Button loading={isBusy} onClick={() => void save()}>
          Save
        </Button>
        <Button variant="default" onClick={leave}>
          Cancel
        </Button>
      </Group>
    </div>
  );
}
