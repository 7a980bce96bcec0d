import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { paths } from '../paths.ts';

/** For addresses that lead nowhere. */
export function NotFoundPage() {
  const router = useRouter();
  return (
    <Page>
      <PageHeader title="Not found" />
      <EmptyState
        icon={IconMapOff}
        title="There is no page at this address"
        action={<Button onClick={() => router.history.push(paths.home)}>Go home</Button>}
      >
        The link may be from an older version, or mistyped. Ctrl/⌘-K finds things by name.
      </EmptyState>
    </Page>
  );
}
