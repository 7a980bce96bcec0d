import { IconAlertTriangle, IconCheck, IconHelp, IconMinus, IconX } from '@tabler/icons-react';
import type { DataVerdict, RuleResult } from '../../../local-api/contract/index.ts';
import { type Tone, ToneBadge } from '../../components/ToneBadge.tsx';

type Look = { tone: Tone; label: string; icon: typeof IconCheck };

const verdicts: Record<DataVerdict, Look> = {
  passed: { tone: 'good', label: 'Passed', icon: IconCheck },
  warned: { tone: 'warn', label: 'Warnings', icon: IconAlertTriangle },
  failed: { tone: 'bad', label: 'Failed', icon: IconX },
};

/** What came of a check: colour, sign and word. */
export function VerdictBadge({ verdict, title }: { verdict: DataVerdict; title?: string }) {
  return <Badge look={verdicts[verdict]} {...(title === undefined ? {} : { title })} />;
}

const statuses: Record<RuleResult['status'], Look> = {
  passed: { tone: 'good', label: 'Kept', icon: IconCheck },
  failed: { tone: 'bad', label: 'Broken', icon: IconX },
  unknown: { tone: 'warn', label: 'Unknown', icon: IconHelp },
  skipped: { tone: 'idle', label: 'Skipped', icon: IconMinus },
};
const warning: Look = { tone: 'warn', label: 'Warns', icon: IconAlertTriangle };

export function RuleBadge({ status, severity }: Pick<RuleResult, 'status' | 'severity'>) {
  return <Badge look={status === 'failed' && severity === 'warn' ? warning : statuses[status]} />;
}

function Badge({ look, title }: { look: Look; title?: string }) {
  const Icon = look.icon;
  return (
    <ToneBadge tone={look.tone} {...(title === undefined ? {} : { title })}>
      <Icon size={13} stroke={2} aria-hidden="true" />
      {look.label}
    </ToneBadge>
  );
}
