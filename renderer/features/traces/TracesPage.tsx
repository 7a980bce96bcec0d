import { useNavigate, useSearch } from '@tanstack/react-router';
import { Page, PageHeader } from '../../components/Page.tsx';
import { TracesTable } from './TracesTable.tsx';

/** The traces of every experiment. */
export function TracesPage() {
  const search = useSearch({ from: '/traces' });
  const navigate = useNavigate();
  return (
    <Page layout="fill">
      <PageHeader title="Traces" description="Calls of applications, step by step." />
      <TracesTable
        search={search}
        onSearch={(change) =>
          void navigate({ to: '/traces', search: { ...search, ...change }, replace: true })
        }
      />
    </Page>
  );
}
