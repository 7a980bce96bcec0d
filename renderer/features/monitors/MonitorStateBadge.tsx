import { IconBellOff } from '@tabler/icons-react';
import type { Monitor } from '../../../local-api/contract/index.ts';
import { formatDateTime } from '../../app/format.ts';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { isMuted, stateOf } from './monitor-words.ts';

/** The state of a monitor, and whether it is kept silent. */
export function MonitorStateBadge({ monitor }: { monitor: Monitor }) {
  const { label, tone } = stateOf(monitor);
  return (
    <>
      <ToneBadge tone={tone}>{label}</ToneBadge>{' '}
      {isMuted(monitor, Date.now()) ? (
        <ToneBadge title={`Muted until ${formatDateTime(monitor.mutedUntilMs ?? 0)}`}>
          <IconBellOff size={13} stroke={2} aria-hidden="true" />
          Muted
        </ToneBadge>
      ) : null}
    </>
  );
}
