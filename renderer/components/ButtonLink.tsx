import { Button, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { AppLink } from './AppLink.tsx';

type Props = ButtonProps & { href: string; children: ReactNode };

/** A link within the workbench that looks like a button: for the action that leads to another page. */
export function ButtonLink({ href, children, ...button }: Props) {
  return (
    <Button {...button} renderRoot={(props) => <AppLink {...props} look="none" href={href} />}>
      {children}
    </Button>
  );
}
