import { Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import classes from './training.module.css';

type Props = {
  title: string;
  /** How many settings in it differ from the usual ones, where that is told beside its title. */
  changed?: number;
  isOpenAtFirst?: boolean;
  /** What is wrong is never folded away. */
  hasFault: boolean;
  /** What holds where nothing was changed, while it is folded. */
  foldedText?: string;
  children: ReactNode;
};

/** A part of the form that most people leave as it is. */
export function Folded({ title, changed = 0, isOpenAtFirst = false, hasFault, foldedText, children }: Props) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  return (
    <>
      <details
        className={classes.settings}
        open={isOpen || hasFault}
        onToggle={(event) => setOpen(event.currentTarget.open)}
      >
        <summary>
          {title} {changed > 0 ? <ToneBadge tone="info">{changed} changed</ToneBadge> : null}
        </summary>
        {children}
      </details>
      {isOpen || hasFault || foldedText === undefined ? null : (
        <Text size="sm" c="dimmed" mt="xs">
          {foldedText}
        </Text>
      )}
    </>
  );
}
