import {
  IconAlertOctagon,
  IconCheck,
  IconCircleDashed,
  IconClock,
  IconLoader2,
  IconPlayerPause,
  IconPlayerStop,
  IconX,
} from '@tabler/icons-react';
import type { JobState, RunStatus } from '../../local-api/contract/index.ts';
import classes from './ToneBadge.module.css';
import { type Tone, ToneBadge } from './ToneBadge.tsx';

type Look = { label: string; tone: Tone; icon: typeof IconCheck; turns?: boolean };

type Status = JobState | RunStatus | 'paused';

const looks: Record<Status, Look> = {
  queued: { label: 'Queued', tone: 'idle', icon: IconClock },
  scheduled: { label: 'Scheduled', tone: 'idle', icon: IconCircleDashed },
  paused: { label: 'Paused', tone: 'idle', icon: IconPlayerPause },
  running: { label: 'Running', tone: 'info', icon: IconLoader2, turns: true },
  succeeded: { label: 'Succeeded', tone: 'good', icon: IconCheck },
  finished: { label: 'Finished', tone: 'good', icon: IconCheck },
  failed: { label: 'Failed', tone: 'bad', icon: IconX },
  dead: { label: 'Gave up', tone: 'bad', icon: IconAlertOctagon },
  cancelled: { label: 'Cancelled', tone: 'idle', icon: IconPlayerStop },
  killed: { label: 'Stopped', tone: 'idle', icon: IconPlayerStop },
};

/** The state of a job or the status of a run: colour, icon and word, so that none of them is needed alone. */
export function StatusBadge({ status }: { status: Status }) {
  const look = looks[status];
  const Icon = look.icon;
  return (
    <ToneBadge tone={look.tone}>
      <Icon size={13} stroke={2} aria-hidden="true" className={look.turns ? classes.turning : undefined} />
      {look.label}
    </ToneBadge>
  );
}
