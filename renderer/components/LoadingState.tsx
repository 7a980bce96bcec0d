import { Skeleton } from '@mantine/core';
import classes from './states.module.css';

/** Grey lines where content will be. `label` is what a screen reader says meanwhile. */
export function LoadingState({ rows = 8, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <div className={classes.loading} role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move.
        <Skeleton key={row} height={14} radius="sm" width={`${92 - ((row * 17) % 40)}%`} />
      ))}
    </div>
  );
}
