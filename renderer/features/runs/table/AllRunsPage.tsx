import { useNavigate, useSearch } from '@tanstack/react-router';
import { paths } from '../../../app/paths.ts';
import { Page, PageHeader } from '../../../components/Page.tsx';
import { RunsView } from './RunsView.tsx';

const crumbs = [{ label: 'Experiments', href: paths.experiments }];

/** The runs of every experiment. */
export function AllRunsPage() {
  const search = useSearch({ from: '/runs' });
  const navigate = useNavigate();
  return (
    <Page layout="fill">
      <PageHeader title="All runs" crumbs={crumbs} description="Across experiments." />
      <RunsView
        title="all"
        search={search}
        onSearch={(change, isRedirect) =>
          void navigate({ to: '/runs', search: { ...search, ...change }, replace: isRedirect })
        }
      />
    </Page>
  );
}
