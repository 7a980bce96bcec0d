import { IconActivity, IconCheck, IconQuestionMark, IconWaveSine } from '@tabler/icons-react';
import type { DriftLevel } from '../../../local-api/contract/index.ts';
import { type Tone, ToneBadge } from '../../components/ToneBadge.tsx';

const looks: Record<DriftLevel, { tone: Tone; word: string; Icon: typeof IconCheck; title: string }> = {
  drifted: {
    tone: 'warn',
    word: 'Drifted',
    Icon: IconActivity,
    title: 'Large enough to matter, and more than chance explains',
  },
  minor: { tone: 'info', word: 'Minor', Icon: IconWaveSine, title: 'Changed, but too little to matter' },
  none: { tone: 'good', word: 'Stable', Icon: IconCheck, title: 'No drift was found' },
  'too-few': {
    tone: 'idle',
    word: 'Too few rows',
    Icon: IconQuestionMark,
    title: 'Even a large shift could go unseen in so few rows',
  },
};

/** What was found about a column: colour, icon and word. */
export function LevelBadge({ level }: { level: DriftLevel }) {
  const { tone, word, Icon, title } = looks[level];
  return (
    <ToneBadge tone={tone} title={title}>
      <Icon size={13} stroke={2} aria-hidden="true" />
      {word}
    </ToneBadge>
  );
}
