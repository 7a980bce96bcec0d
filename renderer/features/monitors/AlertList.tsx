import { Button, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { MonitorAlert } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatDuration, formatPlural } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { FormDialog } from '../../components/FormDialog.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { severityLabels } from './monitor-words.ts';
import classes from './monitors.module.css';

type Props = { alerts: readonly MonitorAlert[]; showsMonitor?: boolean };

/** Alerts, newest first: what is wrong, since when, where to look, and who looks after it. */
export function AlertList({ alerts, showsMonitor = false }: Props) {
  const [answered, setAnswered] = useState<MonitorAlert | null>(null);
  return (
    <>
      <ul className={classes.alerts} aria-label="Alerts">
        {alerts.map((alert) => (
          <li key={alert.id} className={classes.alert} data-firing={alert.state === 'firing' || undefined}>
            <div className={classes.alertHead}>
              <ToneBadge tone={alert.state === 'firing' ? severityLabels[alert.severity].tone : 'idle'}>
                {alert.state === 'firing' ? severityLabels[alert.severity].label : 'Over'}
              </ToneBadge>
              <strong>{alert.title}</strong>
              {alert.isMuted ? <ToneBadge>Muted</ToneBadge> : null}
              <span className="a-dim">
                <When alert={alert} />
              </span>
            </div>
            <p className={classes.alertText}>{alert.text}</p>
            <div className={classes.alertFoot}>
              {alert.link ? <AppLink href={alert.link}>Look at it</AppLink> : null}
              {showsMonitor ? <AppLink href={paths.monitor(alert.monitorId)}>{alert.monitor}</AppLink> : null}
              {alert.acknowledged ? (
                <span className="a-dim">
                  {alert.acknowledged.by} looks after it
                  {alert.acknowledged.note ? `: ${alert.acknowledged.note}` : ''} (
                  <RelativeTime timeMs={alert.acknowledged.atMs} />)
                </span>
              ) : alert.state === 'firing' ? (
                <Button size="compact-xs" variant="default" onClick={() => setAnswered(alert)}>
                  Acknowledge …
                </Button>
              ) : null}
            </div>
          </li>
        ))}
      </ul>
      {answered ? <AcknowledgeDialog alert={answered} onClose={() => setAnswered(null)} /> : null}
    </>
  );
}

function When({ alert }: { alert: MonitorAlert }) {
  if (alert.resolvedAtMs === null)
    return (
      <>
        since <RelativeTime timeMs={alert.sinceMs} />, {formatPlural(alert.checks, 'breach', 'breaches')}
      </>
    );
  const why = { recovered: '', changed: ', closed by a change', disabled: ', closed: switched off' };
  return (
    <>
      <RelativeTime timeMs={alert.firedAtMs} />, for {formatDuration(alert.resolvedAtMs - alert.firedAtMs)}
      {alert.resolution ? why[alert.resolution] : ''}
    </>
  );
}

function AcknowledgeDialog({ alert, onClose }: { alert: MonitorAlert; onClose: () => void }) {
  const cache = useQueryClient();
  const [note, setNote] = useState('');
  const save = async () => {
    await client.monitorAlerts.acknowledge({ params: { alertId: alert.id }, body: { note } });
    await cache.invalidateQueries({ queryKey: ['monitor-alerts'] });
    onClose();
  };
  return (
    <FormDialog title={alert.title} submitLabel="Acknowledge" canSubmit onSubmit={save} onClose={onClose}>
      <Textarea
        label="Note"
        description="What you found, or what you are going to do. The alert no longer counts as unread."
        autosize
        minRows={2}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
