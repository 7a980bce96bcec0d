import type { Push } from '../../../local-api/contract/index.ts';
import { formatRelative } from '../../app/format.ts';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { type Tone, ToneBadge } from '../../components/ToneBadge.tsx';

const remote: Record<Push['remoteState'], { label: string; tone: Tone }> = {
  'in-sync': { label: 'In sync', tone: 'good' },
  changed: { label: 'Changed there', tone: 'warn' },
  gone: { label: 'Gone', tone: 'bad' },
  unknown: { label: 'Not known', tone: 'idle' },
};

/** What became of a push: while it is under way its state, then what is there now. */
export function PushState({ push }: { push: Push }) {
  if (push.state === 'pushed') {
    const { label, tone } = remote[push.remoteState];
    return (
      <ToneBadge tone={tone} title={push.remoteDetail}>
        {label}
      </ToneBadge>
    );
  }
  if (push.state !== 'waiting') return <StatusBadge status={push.state} />;
  const next = push.nextAttemptAtMs;
  return (
    <ToneBadge tone="warn" title={push.error?.message ?? ''}>
      {next === null ? 'Waits' : `Waits, tries ${formatRelative(next, Date.now())}`}
    </ToneBadge>
  );
}
