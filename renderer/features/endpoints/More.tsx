import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './endpoints.module.css';

/** What few need, folded away. */
export function More({ children }: { children: ReactNode }) {
  return (
    <details className={classes.more}>
      <summary>More</summary>
      <Stack gap="sm" mt="xs">
        {children}
      </Stack>
    </details>
  );
}
