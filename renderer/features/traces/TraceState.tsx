import { IconCheck, IconCircleDashed, IconLoader2, IconX } from '@tabler/icons-react';
import type { Trace } from '../../../local-api/contract/index.ts';
import { type Tone, ToneBadge } from '../../components/ToneBadge.tsx';

const looks: Record<Trace['state'], { label: string; tone: Tone; icon: typeof IconCheck }> = {
  ok: { label: 'OK', tone: 'good', icon: IconCheck },
  error: { label: 'Error', tone: 'bad', icon: IconX },
  'in-progress': { label: 'In progress', tone: 'info', icon: IconLoader2 },
  unspecified: { label: 'Not said', tone: 'idle', icon: IconCircleDashed },
};

/** The state of a trace: colour, icon and word. */
export function TraceState({ state }: { state: Trace['state'] }) {
  const { label, tone, icon: Icon } = looks[state];
  return (
    <ToneBadge tone={tone}>
      <Icon size={13} stroke={2} aria-hidden="true" />
      {label}
    </ToneBadge>
  );
}
