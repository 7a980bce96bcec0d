import { MultiSelect, PasswordInput, Switch, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Webhook, WebhookEvent } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { FormDialog } from '../../components/FormDialog.tsx';
import { webhookKeys } from './webhook-keys.ts';

/** A new webhook, or another address, other events, another secret of one. */
export function WebhookDialog({ webhook, onClose }: { webhook: Webhook | null; onClose: () => void }) {
  const cache = useQueryClient();
  const [name, setName] = useState(webhook?.name ?? '');
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [events, setEvents] = useState<readonly WebhookEvent[]>(
    webhook?.events ?? ['model_version.created', 'model_version_alias.created'],
  );
  const [secret, setSecret] = useState('');
  const [isActive, setActive] = useState(webhook?.status !== 'disabled');
  const save = async () => {
    const body = {
      name: name.trim(),
      url: url.trim(),
      events: [...events],
      status: isActive ? ('active' as const) : ('disabled' as const),
      ...(secret === '' ? {} : { secret }),
    };
    if (webhook === null) await client.webhooks.create({ body });
    else await client.webhooks.update({ params: { webhookId: webhook.id }, body });
    await cache.invalidateQueries({ queryKey: webhookKeys.list });
    onClose();
  };
  return (
    <FormDialog
      title={webhook === null ? 'Add a webhook' : `Change ${webhook.name}`}
      submitLabel="Save"
      canSubmit={name.trim() !== '' && url.trim() !== '' && events.length > 0}
      onSubmit={save}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        required
        data-autofocus
        mb="sm"
      />
      <TextInput
        label="Address"
        description="Begins with https:// and is on the internet, unless the setting Allow local says otherwise."
        placeholder="https://ci.example.com/hooks/assay"
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        required
        mb="sm"
      />
      <MultiSelect
        label="Events"
        data={[...WebhookEvent.options]}
        value={[...events]}
        onChange={(chosen) => setEvents(WebhookEvent.options.filter((event) => chosen.includes(event)))}
        mb="sm"
      />
      <PasswordInput
        size="xs"
        label="Secret"
        description={
          webhook?.signed === true
            ? 'There is one; what is typed here takes its place.'
            : 'Signs what is sent, so that the receiver can tell that it is from here.'
        }
        value={secret}
        onChange={(event) => setSecret(event.currentTarget.value)}
        autoComplete="new-password"
        mb="sm"
      />
      <Switch
        label="Active"
        checked={isActive}
        onChange={(event) => setActive(event.currentTarget.checked)}
      />
    </FormDialog>
  );
}
