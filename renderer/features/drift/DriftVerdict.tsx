import { IconActivity, IconCheck } from '@tabler/icons-react';
import { ToneBadge } from '../../components/ToneBadge.tsx';

/** Drifted or stable: colour, icon and word. */
export function DriftVerdict({ drifted }: { drifted: boolean }) {
  const Icon = drifted ? IconActivity : IconCheck;
  return (
    <ToneBadge tone={drifted ? 'warn' : 'good'}>
      <Icon size={13} stroke={2} aria-hidden="true" />
      {drifted ? 'Drifted' : 'Stable'}
    </ToneBadge>
  );
}
