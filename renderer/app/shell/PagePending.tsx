import { LoadingState } from '../../components/LoadingState.tsx';
import { Page } from '../../components/Page.tsx';

/** Shown while the code of a page is on its way. */
export function PagePending() {
  return (
    <Page>
      <LoadingState label="Loading the page" />
    </Page>
  );
}
