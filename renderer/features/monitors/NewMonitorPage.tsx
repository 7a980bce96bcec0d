import { useSearch } from '@tanstack/react-router';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { Page, PageHeader } from '../../components/Page.tsx';
import { MonitorEditor } from './MonitorEditor.tsx';
import { newMonitorForm } from './monitor-form.ts';

/** Sets up a monitor; from a dataset or an endpoint it comes filled in. */
export function NewMonitorPage() {
  const { dataset, reference, endpoint } = useSearch({ from: '/monitors/new' });
  return (
    <Page width="narrow">
      <PageHeader title="New monitor" crumbs={[{ label: 'Monitors', href: paths.monitors }]} />
      <MonitorEditor
        initial={newMonitorForm({ dataset, endpoint, versionId: reference })}
        saveLabel="Start watching"
        backHref={paths.monitors}
        onSave={(body) => client.monitors.create({ body })}
      />
    </Page>
  );
}
