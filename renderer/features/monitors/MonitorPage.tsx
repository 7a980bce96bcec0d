import { Button, Menu, Select } from '@mantine/core';
import { IconBellOff, IconPencil, IconPlayerPlay } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useParams, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { type Monitor, monitorMetrics, type UpdateMonitor } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatDateTime } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { KeyValue } from '../../components/KeyValue.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { toastFault } from '../../components/toasts.tsx';
import { AlertList } from './AlertList.tsx';
import { ChecksTable } from './ChecksTable.tsx';
import { MonitorHistory } from './MonitorHistory.tsx';
import { MonitorStateBadge } from './MonitorStateBadge.tsx';
import { isMuted, kindLabels, ruleText, scheduleText, severityLabels, watched } from './monitor-words.ts';
import classes from './monitors.module.css';
import { useAlerts, useChecks, useMonitor } from './monitors-queries.ts';
import { NextCheck } from './NextCheck.tsx';

const crumbs = [{ label: 'Monitors', href: paths.monitors }];
const shownChecks = 200;

/** One monitor: its state, how its figures went, its alerts, and what can be done with it. */
export function MonitorPage() {
  const { monitorId } = useParams({ from: '/monitors/$monitorId' });
  const monitor = useMonitor(monitorId);
  return (
    <Page>
      {monitor.data ? null : <PageHeader title="Monitor" crumbs={crumbs} />}
      <QueryView query={monitor}>{(data) => <Content monitor={data} />}</QueryView>
    </Page>
  );
}

function Content({ monitor }: { monitor: Monitor }) {
  const [figure, setFigure] = useState(monitor.rule.metric);
  const checks = useChecks(monitor.id, shownChecks);
  const alerts = useAlerts({ monitorId: monitor.id, limit: 50 });
  const metrics = monitorMetrics[monitor.watch.kind];
  return (
    <>
      <PageHeader
        title={monitor.name}
        crumbs={crumbs}
        description={
          <>
            <MonitorStateBadge monitor={monitor} />
            {monitor.description ? <span>{monitor.description}</span> : null}
          </>
        }
        actions={<Actions monitor={monitor} />}
      />
      <div className={classes.sides}>
        <div className={classes.stack}>
          <Panel
            title="History"
            aside={
              <Select
                aria-label="Figure"
                size="xs"
                allowDeselect={false}
                data={metrics.map(({ id, title }) => ({ value: id, label: title }))}
                value={figure}
                onChange={(id) => setFigure(id ?? figure)}
              />
            }
          >
            <QueryView query={checks}>
              {({ items }) => <MonitorHistory monitor={monitor} checks={items} figure={figure} />}
            </QueryView>
          </Panel>
          <Panel title="Checks" padding="none">
            <QueryView query={checks}>
              {({ items }) =>
                items.length === 0 ? (
                  <EmptyState title="Not checked yet">
                    {monitor.schedule.kind === 'versions'
                      ? 'The first check comes with the next version. "Check now" looks at what is there.'
                      : '"Check now" does not wait for the time.'}
                  </EmptyState>
                ) : (
                  <ChecksTable monitor={monitor} checks={items} figure={figure} />
                )
              }
            </QueryView>
          </Panel>
        </div>
        <div className={classes.stack}>
          <Facts monitor={monitor} />
          <Panel title="Alerts" padding="none">
            <QueryView query={alerts}>
              {({ items }) =>
                items.length === 0 ? (
                  <EmptyState title="No alerts">Nothing has broken the rule so far.</EmptyState>
                ) : (
                  <AlertList alerts={items} />
                )
              }
            </QueryView>
          </Panel>
        </div>
      </div>
    </>
  );
}

function Facts({ monitor }: { monitor: Monitor }) {
  const { watch, rule } = monitor;
  const { name, href } = watched(watch);
  return (
    <Panel title="What it does">
      <KeyValue
        facts={[
          {
            label: 'Watches',
            value: (
              <>
                {kindLabels[watch.kind]} of <AppLink href={href}>{name}</AppLink>
              </>
            ),
          },
          ...(watch.kind === 'endpoint-drift'
            ? [
                {
                  label: 'Against',
                  value: watch.reference === 'test' ? 'the test rows of the model' : 'its training data',
                },
              ]
            : []),
          ...(watch.kind === 'drift'
            ? [
                {
                  label: 'Against',
                  value: watch.reference.kind === 'previous' ? 'the version before' : 'a fixed version',
                },
              ]
            : []),
          { label: 'Checks', value: scheduleText(monitor.schedule) },
          { label: 'Next', value: <NextCheck monitor={monitor} /> },
          { label: 'Alert when', value: ruleText(watch, rule) },
          { label: 'Severity', value: severityLabels[rule.severity].label },
          { label: 'Cool-down', value: `${rule.coolDownMinutes} min` },
          { label: 'Changed', value: <RelativeTime timeMs={monitor.updatedAtMs} /> },
        ]}
      />
    </Panel>
  );
}

const hourMs = 3_600_000;
const silences = [
  { label: 'For an hour', ms: hourMs },
  { label: 'For a day', ms: 24 * hourMs },
  { label: 'For a week', ms: 7 * 24 * hourMs },
];

function Actions({ monitor }: { monitor: Monitor }) {
  const router = useRouter();
  const cache = useQueryClient();
  const params = { monitorId: monitor.id };
  const again = () => cache.invalidateQueries({ queryKey: ['monitors'] });
  const change = (body: UpdateMonitor) =>
    client.monitors.update({ params, body }).then(again).catch(toastFault);
  const run = () => client.monitors.run({ params }).then(again).catch(toastFault);
  const remove = () =>
    client.monitors
      .delete({ params })
      .then(again)
      .then(() => router.history.push(paths.monitors))
      .catch(toastFault);
  const muted = isMuted(monitor, Date.now());
  return (
    <>
      <Button leftSection={<IconPlayerPlay size={15} />} loading={monitor.isChecking} onClick={run}>
        Check now
      </Button>
      <ButtonLink
        variant="default"
        href={paths.editMonitor(monitor.id)}
        leftSection={<IconPencil size={15} />}
      >
        Edit
      </ButtonLink>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<IconBellOff size={15} />}>
            {muted ? 'Muted' : 'Mute'}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {muted ? (
            <Menu.Item onClick={() => change({ mutedUntilMs: null })}>
              Unmute (muted until {formatDateTime(monitor.mutedUntilMs ?? 0)})
            </Menu.Item>
          ) : null}
          {silences.map(({ label, ms }) => (
            <Menu.Item key={label} onClick={() => change({ mutedUntilMs: Date.now() + ms })}>
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Button variant="default" onClick={() => change({ isEnabled: !monitor.isEnabled })}>
        {monitor.isEnabled ? 'Switch off' : 'Switch on'}
      </Button>
      <ConfirmButton
        question={`Delete "${monitor.name}" with its checks and alerts? The reports stay.`}
        confirmLabel="Delete"
        onConfirm={remove}
      >
        Delete
      </ConfirmButton>
    </>
  );
}
