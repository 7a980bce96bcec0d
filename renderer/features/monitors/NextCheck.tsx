import type { Monitor } from '../../../local-api/contract/index.ts';
import { formatCount, formatDateTime, formatRelative } from '../../app/format.ts';

/** When the next check comes: a time, so many requests to go, or the next version. */
export function NextCheck({ monitor }: { monitor: Monitor }) {
  if (!monitor.isEnabled) return 'Off';
  if (monitor.isChecking) return 'Checking now';
  if (monitor.requestsToGo !== null) return `${formatCount(monitor.requestsToGo)} requests to go`;
  if (monitor.nextCheckAtMs === null)
    return monitor.schedule.kind === 'versions' ? 'Next version' : 'Never again';
  return (
    <time
      dateTime={new Date(monitor.nextCheckAtMs).toISOString()}
      title={formatDateTime(monitor.nextCheckAtMs)}
    >
      {formatRelative(monitor.nextCheckAtMs, Date.now())}
    </time>
  );
}
