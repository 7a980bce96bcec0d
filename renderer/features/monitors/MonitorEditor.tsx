import { Button, Group, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import type { CreateMonitorInput, Monitor } from '../../../local-api/contract/index.ts';
import { paths } from '../../app/paths.ts';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { Panel } from '../../components/Panel.tsx';
import { type MonitorForm, requestOf, withName } from './monitor-form.ts';
import classes from './monitors.module.css';
import { RuleFields, ScheduleChoice } from './RuleFields.tsx';
import { WatchFields } from './WatchFields.tsx';

type Props = {
  initial: MonitorForm;
  saveLabel: string;
  backHref: string;
  onSave: (request: CreateMonitorInput) => Promise<Monitor>;
};

/** All that makes a monitor, in the order in which people think of it: what, when, and what then. */
export function MonitorEditor({ initial, saveLabel, backHref, onSave }: Props) {
  const router = useRouter();
  const cache = useQueryClient();
  const [form, setForm] = useState(initial);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const set = (change: Partial<MonitorForm>) => setForm((before) => withName({ ...before, ...change }));
  const request = requestOf(form);
  const save = async () => {
    if (request === null) return;
    setBusy(true);
    setError(null);
    try {
      const { id } = await onSave(request);
      await cache.invalidateQueries({ queryKey: ['monitors'] });
      router.history.push(paths.monitor(id));
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };
  return (
    <>
      <Panel title="What is watched">
        <WatchFields form={form} set={set} />
      </Panel>
      <Panel title="When it checks">
        <ScheduleChoice form={form} set={set} />
      </Panel>
      <Panel title="When it raises an alert">
        <RuleFields form={form} set={set} />
      </Panel>
      <Panel title="Name">
        <div className={classes.fields}>
          <TextInput
            label="Name"
            value={form.name}
            onChange={(event) => set({ name: event.currentTarget.value, isNameMade: false })}
          />
          <Textarea
            label="Description"
            description="What to do when it fires: it is shown beside the state."
            autosize
            minRows={2}
            value={form.description}
            onChange={(event) => set({ description: event.currentTarget.value })}
          />
        </div>
      </Panel>
      <ErrorNote error={error} />
      <Group gap="xs">
        <Button disabled={request === null} loading={isBusy} onClick={() => void save()}>
          {saveLabel}
        </Button>
        <ButtonLink variant="default" href={backHref}>
          Cancel
        </ButtonLink>
      </Group>
    </>
  );
}
