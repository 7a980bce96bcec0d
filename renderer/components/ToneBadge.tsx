import type { ReactNode } from 'react';
import classes from './ToneBadge.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'idle';

type Props = { tone?: Tone; children: ReactNode; title?: string };

/** A short word on a tinted ground. */
export function ToneBadge({ tone = 'idle', children, title }: Props) {
  return (
    <span className={classes.badge} data-tone={tone} title={title}>
      {children}
    </span>
  );
}
