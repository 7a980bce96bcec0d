import { Button, PasswordInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../app/api.ts';
import { formatPlural } from '../../app/format.ts';
import { useSettings } from '../../app/preferences.ts';
import { Panel } from '../../components/Panel.tsx';
import { toastFault } from '../../components/toasts.tsx';
import classes from './SettingsPage.module.css';

/** The key of the server that OpenLineage events are sent to, and what waits for it; shown once there is such a server. */
export function OpenLineagePanel() {
  const cache = useQueryClient();
  const [key, setKey] = useState('');
  const isSet = (useSettings().data?.settings.lineage.openLineageUrl ?? '') !== '';
  const { data: server } = useQuery({
    queryKey: ['lineage-server'],
    queryFn: ({ signal }) => client.lineage.server({ signal }),
    enabled: isSet,
    refetchInterval: 5000,
  });
  const save = useMutation({
    mutationFn: (next: string | null) => client.lineage.setKey({ body: { key: next } }),
    onSuccess: () => {
      setKey('');
      return cache.invalidateQueries({ queryKey: ['lineage-server'] });
    },
    onError: toastFault,
  });
  if (!isSet || server === undefined) return null;
  return (
    <Panel title="OpenLineage server">
      <p role="status">
        {server.waiting === 0
          ? 'It has taken every event.'
          : `${formatPlural(server.waiting, 'event')} waiting.`}{' '}
        {server.failure === null ? '' : server.failure}
      </p>
      <form
        className={classes.key}
        onSubmit={(event) => {
          event.preventDefault();
          if (key !== '') save.mutate(key);
        }}
      >
        <PasswordInput
          label="Key"
          description="Sent as a bearer token; kept encrypted, and never shown again"
          placeholder={server.hasKey ? 'A key is kept' : 'None'}
          autoComplete="off"
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        <Button type="submit" disabled={key === ''} loading={save.isPending}>
          Save
        </Button>
        {server.hasKey ? (
          <Button variant="default" onClick={() => save.mutate(null)}>
            Forget it
          </Button>
        ) : null}
      </form>
    </Panel>
  );
}
