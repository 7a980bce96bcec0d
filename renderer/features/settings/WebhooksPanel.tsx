import { Button, Group } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Webhook, WebhookDelivery } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatDuration } from '../../app/format.ts';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { toast, toastFault } from '../../components/toasts.tsx';
import { WebhookDialog } from './WebhookDialog.tsx';
import classes from './Webhooks.module.css';
import { webhookKeys } from './webhook-keys.ts';

/** Addresses that are told of changes of the model registry: add, test, switch off, and what came of the last deliveries. */
export function WebhooksPanel() {
  const [edited, setEdited] = useState<Webhook | 'new' | null>(null);
  const query = useQuery({
    queryKey: webhookKeys.list,
    queryFn: ({ signal }) => client.webhooks.list({ signal }),
  });
  return (
    <Panel
      title="Webhooks"
      aside={
        <Button variant="default" leftSection={<IconPlus size={15} />} onClick={() => setEdited('new')}>
          Add a webhook
        </Button>
      }
    >
      <p className={classes.help}>
        Tell other programs when models, versions, tags or aliases change. Secrets that sign what is sent are
        kept encrypted and never shown again.
      </p>
      <QueryView query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="a-dim">No webhooks.</p>
          ) : (
            items.map((webhook) => (
              <One key={webhook.id} webhook={webhook} onEdit={() => setEdited(webhook)} />
            ))
          )
        }
      </QueryView>
      {edited === null ? null : (
        <WebhookDialog webhook={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
    </Panel>
  );
}

function One({ webhook, onEdit }: { webhook: Webhook; onEdit: () => void }) {
  const cache = useQueryClient();
  const [isTesting, setTesting] = useState(false);
  const params = { webhookId: webhook.id };
  const deliveries = useQuery({
    queryKey: webhookKeys.deliveries(webhook.id),
    queryFn: ({ signal }) => client.webhooks.deliveries({ params, signal }),
    refetchInterval: 15_000,
  });
  const test = async () => {
    setTesting(true);
    try {
      const delivery = await client.webhooks.test({ params });
      const isFine = delivery.status !== null && delivery.status < 400;
      toast({ title: `${webhook.name}: ${outcomeOf(delivery)}`, tone: isFine ? 'good' : 'bad' });
      await cache.invalidateQueries({ queryKey: webhookKeys.deliveries(webhook.id) });
    } catch (error) {
      toastFault(error);
    } finally {
      setTesting(false);
    }
  };
  const remove = async () => {
    try {
      await client.webhooks.delete({ params });
      await cache.invalidateQueries({ queryKey: webhookKeys.list });
    } catch (error) {
      toastFault(error);
    }
  };
  return (
    <article className={classes.webhook} aria-label={webhook.name}>
      <div className={classes.head}>
        <strong>{webhook.name}</strong>
        <ToneBadge tone={webhook.status === 'active' ? 'good' : 'idle'}>
          {webhook.status === 'active' ? 'Active' : 'Off'}
        </ToneBadge>
        {webhook.signed ? <ToneBadge tone="info">Signed</ToneBadge> : null}
      </div>
      <code className="a-mono">{webhook.url}</code>
      <p className={classes.help}>{webhook.events.join(', ')}</p>
      <Group gap="xs">
        <Button variant="default" onClick={() => void test()} loading={isTesting}>
          Send a test
        </Button>
        <Button variant="default" onClick={onEdit} aria-label={`Edit ${webhook.name}`}>
          Edit
        </Button>
        <ConfirmButton
          question={`Delete the webhook ${webhook.name}? Its secret goes too.`}
          confirmLabel="Delete"
          onConfirm={() => void remove()}
        >
          Delete
        </ConfirmButton>
      </Group>
      {deliveries.data && deliveries.data.items.length > 0 ? (
        <ul className={classes.deliveries} aria-label={`Last deliveries of ${webhook.name}`}>
          {deliveries.data.items.slice(0, 5).map((delivery) => (
            <li key={`${delivery.atMs} ${delivery.event}`}>
              <RelativeTime timeMs={delivery.atMs} /> · {delivery.event} · {outcomeOf(delivery)} ·{' '}
              {formatDuration(delivery.durationMs)}
            </li>
          ))}
        </ul>
      ) : null}
    </article>
  );
}

function outcomeOf({ status, failure }: WebhookDelivery): string {
  return status === null ? `not delivered: ${failure ?? 'no answer'}` : `answered ${status}`;
}
