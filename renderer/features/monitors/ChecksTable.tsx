import type { Monitor, MonitorCheck } from '../../../local-api/contract/index.ts';
import { paths } from '../../app/paths.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { PlainTable } from '../../components/PlainTable.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { formatFigure, metricOf, outcomeLabels, triggerLabels } from './monitor-words.ts';
import classes from './monitors.module.css';

type Props = { monitor: Monitor; checks: readonly MonitorCheck[]; figure: string };

/** What came of the checks, newest first. */
export function ChecksTable({ monitor, checks, figure }: Props) {
  const metric = metricOf(monitor.watch, figure);
  return (
    <PlainTable
      label={`Checks of ${monitor.name}`}
      rows={checks}
      keyOf={({ id }) => id}
      columns={[
        {
          name: 'When',
          cell: ({ startedAtMs }) => (
            <span className={classes.oneLine}>
              <RelativeTime timeMs={startedAtMs} />
            </span>
          ),
        },
        {
          name: 'What came of it',
          cell: ({ outcome }) => (
            <ToneBadge tone={outcomeLabels[outcome].tone}>{outcomeLabels[outcome].label}</ToneBadge>
          ),
        },
        {
          name: metric?.title ?? figure,
          isNumber: true,
          cell: ({ values }) => formatFigure(values[figure], metric),
        },
        {
          name: 'What was looked at',
          cell: ({ subject, message }) => [subject, message].filter((text) => text !== '').join(': '),
        },
        {
          name: 'How',
          cell: ({ trigger }) => <span className={classes.oneLine}>{triggerLabels[trigger]}</span>,
        },
        {
          name: 'Report',
          cell: ({ link, jobId, outcome }) =>
            link !== null ? (
              <AppLink href={link} className={classes.oneLine}>
                Look at it
              </AppLink>
            ) : jobId !== null && outcome !== 'ok' ? (
              <AppLink href={paths.job(jobId)}>Job</AppLink>
            ) : (
              ''
            ),
        },
      ]}
    />
  );
}
