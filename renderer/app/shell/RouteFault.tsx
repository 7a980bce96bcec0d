import { Button } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { useRouter } from '@tanstack/react-router';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';

/** The error boundary of every page: the shell stays, the page says what happened and offers to try again. */
export function RouteFault({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Page>
      <PageHeader title="This page failed" />
      <ErrorState
        error={error}
        retry={retry}
        action={
          <Button variant="default" onClick={() => window.location.reload()}>
            Reload
          </Button>
        }
      />
    </Page>
  );
}
