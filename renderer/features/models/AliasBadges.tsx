import { IconAt } from '@tabler/icons-react';
import { ToneBadge } from '../../components/ToneBadge.tsx';

/** Aliases of a version as badges; champion stands out, since it is what is served. */
export function AliasBadges({ aliases }: { aliases: readonly string[] }) {
  return (
    <>
      {championFirst(aliases).map((alias) => (
        <ToneBadge key={alias} tone={alias === 'champion' ? 'good' : 'info'}>
          <IconAt size={12} aria-hidden="true" />
          {alias}
        </ToneBadge>
      ))}
    </>
  );
}

/** Aliases in the order they are shown everywhere: the champion, then by name. */
export function championFirst(aliases: readonly string[]): string[] {
  return [...aliases].sort(
    (a, b) => Number(b === 'champion') - Number(a === 'champion') || a.localeCompare(b),
  );
}
