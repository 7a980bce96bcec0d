import { useNavigate, useSearch } from '@tanstack/react-router';
import { paths } from '../../../app/paths.ts';
import { Page, PageHeader } from '../../../components/Page.tsx';
import { RunsTable } from './RunsTable.tsx';

/** The runs of every experiment. */
export function AllRunsPage() {
  const search = useSearch({ from: '/runs' });
  const navigate = useNavigate();
  return (
    <Page layout="fill">
      <PageHeader
        title="All runs"
        crumbs={[{ label: 'Experiments', href: paths.experiments }]}
        description="Across experiments."
      />
      <RunsTable
        title="all"
        search={search}
        onSearch={(change) => void navigate({ to: '/runs', search: { ...search, ...change }, replace: true })}
      />
    </Page>
  );
}
