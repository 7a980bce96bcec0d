import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { toFault } from '../app/api.ts';
import { AppLink } from './AppLink.tsx';
import type { Tone } from './ToneBadge.tsx';

type Toast = {
  title: string;
  text?: ReactNode;
  tone?: Tone;
  link?: { href: string; label: string };
  /** A later toast with the same id takes the place of this one. */
  id?: string;
};

const colours: Record<Tone, string> = {
  good: 'var(--a-good)',
  warn: 'var(--a-warn)',
  bad: 'var(--a-bad)',
  info: 'var(--a-info)',
  idle: 'var(--a-idle)',
};

/** Says something in the corner of the page for some seconds; failures stay until closed. */
export function toast({ title, text, tone = 'info', link, id }: Toast): void {
  const Icon =
    tone === 'good' ? IconCheck : tone === 'bad' || tone === 'warn' ? IconAlertTriangle : IconInfoCircle;
  notifications.show({
    ...(id ? { id } : {}),
    title,
    message: (
      <>
        {text}
        {text && link ? ' ' : null}
        {link ? <AppLink href={link.href}>{link.label}</AppLink> : null}
      </>
    ),
    icon: <Icon size={18} color={colours[tone]} />,
    color: 'transparent',
    autoClose: tone === 'bad' ? false : 7000,
    withBorder: true,
    closeButtonProps: { 'aria-label': 'Close this message' },
  });
}

/** Says why something that was asked for did not happen. */
export function toastFault(error: unknown): void {
  const fault = toFault(error);
  toast({ title: fault.title, text: `${fault.detail} ${fault.hint}`, tone: 'bad' });
}

let undoCount = 0;

/** After a deletion that can be taken back: offers to, for ten seconds. Failures of the undo are shown. */
export function toastWithUndo(title: string, undo: () => Promise<unknown>): void {
  undoCount += 1;
  const id = `undo-${undoCount}`;
  notifications.show({
    id,
    title,
    message: (
      <Button
        variant="default"
        size="compact-xs"
        mt={4}
        onClick={() => {
          notifications.hide(id);
          undo().catch(toastFault);
        }}
      >
        Undo
      </Button>
    ),
    color: 'transparent',
    icon: <IconInfoCircle size={18} color={colours.info} />,
    autoClose: 10_000,
    withBorder: true,
    closeButtonProps: { 'aria-label': 'Close this message' },
  });
}
