import { ActionIcon, Button, Popover } from '@mantine/core';
import { IconBell, IconBellRinging } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { MonitorAlert } from '../../../local-api/contract/index.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { toastFault } from '../../components/toasts.tsx';
import { client } from '../api.ts';
import { formatPlural } from '../format.ts';
import { paths } from '../paths.ts';
import classes from './AlertBell.module.css';
import { askForNotices, canAskForNotices } from './use-alert-notices.ts';

const shown = 15;

/** Alerts of monitors: how many nobody has looked at, the newest ones, and the way to each report. */
export function AlertBell() {
  const [isOpen, setOpen] = useState(false);
  const alerts = useQuery({
    queryKey: ['monitor-alerts', 'list', { limit: shown }],
    queryFn: ({ signal }) => client.monitorAlerts.list({ query: { limit: shown }, signal }),
  });
  const unread = alerts.data?.unread ?? 0;
  const label = unread === 0 ? 'Alerts' : `Alerts: ${formatPlural(unread, 'unread alert')}`;
  const Icon = unread === 0 ? IconBell : IconBellRinging;
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" width={380} shadow="md" trapFocus>
      <Popover.Target>
        <ActionIcon
          aria-label={label}
          title={label}
          aria-haspopup="dialog"
          aria-expanded={isOpen}
          className={classes.bell}
          data-unread={unread > 0 || undefined}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon size={17} stroke={1.6} />
          {unread > 0 ? (
            <span className={classes.count} aria-hidden="true">
              {unread > 99 ? '99+' : unread}
            </span>
          ) : null}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label="Alerts" p={0}>
        <List alerts={alerts.data?.items ?? []} onFollow={() => setOpen(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

function List({ alerts, onFollow }: { alerts: readonly MonitorAlert[]; onFollow: () => void }) {
  const [canAsk, setCanAsk] = useState(canAskForNotices);
  return (
    <>
      {alerts.length === 0 ? (
        <p className={classes.empty}>
          No alerts. Monitors raise them when data or a model leaves what is normal.
        </p>
      ) : (
        <ul className={classes.list}>
          {alerts.map((alert) => (
            <Item key={alert.id} alert={alert} onFollow={onFollow} />
          ))}
        </ul>
      )}
      <div className={classes.foot}>
        <AppLink href={paths.monitors} onClick={onFollow}>
          All monitors
        </AppLink>
        {canAsk ? (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => void askForNotices().then(() => setCanAsk(canAskForNotices()))}
          >
            Notify me on this computer
          </Button>
        ) : null}
      </div>
    </>
  );
}

function Item({ alert, onFollow }: { alert: MonitorAlert; onFollow: () => void }) {
  const cache = useQueryClient();
  const isOpen = alert.state === 'firing';
  const isUnread = isOpen && !alert.isMuted && alert.acknowledged === null;
  const acknowledge = () =>
    client.monitorAlerts
      .acknowledge({ params: { alertId: alert.id }, body: {} })
      .then(() => cache.invalidateQueries({ queryKey: ['monitor-alerts'] }))
      .catch(toastFault);
  return (
    <li className={classes.item} data-unread={isUnread || undefined}>
      <div className={classes.line}>
        <AppLink look="plain" href={alert.link ?? paths.monitor(alert.monitorId)} onClick={onFollow}>
          <span className={classes.title}>{alert.title}</span>
        </AppLink>
        <ToneBadge tone={isOpen ? (alert.severity === 'info' ? 'info' : 'bad') : 'good'}>
          {isOpen ? 'Firing' : 'Over'}
        </ToneBadge>
      </div>
      <p className={classes.text}>{alert.text}</p>
      <div className={classes.line}>
        <span className="a-dim">
          <AppLink href={paths.monitor(alert.monitorId)} onClick={onFollow}>
            {alert.monitor}
          </AppLink>{' '}
          <RelativeTime timeMs={alert.resolvedAtMs ?? alert.firedAtMs} />
        </span>
        {isUnread ? (
          <Button size="compact-xs" variant="default" onClick={acknowledge}>
            Acknowledge
          </Button>
        ) : null}
      </div>
    </li>
  );
}
