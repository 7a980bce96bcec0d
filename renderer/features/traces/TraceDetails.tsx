import { ActionIcon, Button, Group, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Trace } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { type Fact, KeyValue } from '../../components/KeyValue.tsx';
import { Panel } from '../../components/Panel.tsx';
import { toastFault } from '../../components/toasts.tsx';
import { ownTags } from './trace-facts.ts';
import classes from './traces.module.css';

/** Tags, which people can change, and metadata, which the application wrote. */
export function TraceDetails({ trace }: { trace: Trace }) {
  const cache = useQueryClient();
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  const change = async (body: { setTags?: Record<string, string>; removeTags?: string[] }) => {
    try {
      const changed = await client.traces.update({ params: { traceId: trace.id }, body });
      cache.setQueryData(keys.item('traces', trace.id), changed);
      return true;
    } catch (error) {
      toastFault(error);
      return false;
    }
  };
  const tags = ownTags(trace.tags).map(
    ([name, text]): Fact => ({
      label: name,
      value: (
        <Group gap="xs" wrap="nowrap">
          <span>{text}</span>
          <ActionIcon
            size="sm"
            aria-label={`Remove the tag ${name}`}
            onClick={() => void change({ removeTags: [name] })}
          >
            <IconX size={13} />
          </ActionIcon>
        </Group>
      ),
    }),
  );
  const told: Fact[] = [
    ...(trace.clientRequestId === null ? [] : [{ label: 'Request id', value: trace.clientRequestId }]),
    ...Object.entries(trace.metadata).map(([label, text]) => ({ label, value: text })),
    ...Object.entries(trace.tags)
      .filter(([name]) => name.startsWith('mlflow.'))
      .map(([label, text]) => ({ label, value: text })),
  ];
  return (
    <div className={classes.list}>
      <Panel title="Tags">
        {tags.length === 0 ? <p className="a-dim">No tags.</p> : <KeyValue facts={tags} />}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void change({ setTags: { [key.trim()]: value } }).then((done) => {
              if (!done) return;
              setKey('');
              setValue('');
            });
          }}
        >
          <Group gap="xs" mt="sm" align="end">
            <TextInput label="Tag" value={key} onChange={(event) => setKey(event.currentTarget.value)} />
            <TextInput
              label="Value"
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" disabled={key.trim() === ''}>
              Set the tag
            </Button>
          </Group>
        </form>
      </Panel>
      <Panel title="Metadata">
        {told.length === 0 ? <p className="a-dim">The application wrote none.</p> : <KeyValue facts={told} />}
      </Panel>
    </div>
  );
}
