import { useParams } from '@tanstack/react-router';
import { UpdateMonitor } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { Page, PageHeader } from '../../components/Page.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { MonitorEditor } from './MonitorEditor.tsx';
import { formOfMonitor } from './monitor-form.ts';
import { useMonitor } from './monitors-queries.ts';

/** Changes a monitor. Another thing to watch or another rule begins anew; the history stays. */
export function EditMonitorPage() {
  const { monitorId } = useParams({ from: '/monitors/$monitorId/edit' });
  const monitor = useMonitor(monitorId);
  const name = monitor.data?.name ?? 'Monitor';
  return (
    <Page width="narrow">
      <PageHeader
        title={`Edit ${name}`}
        crumbs={[
          { label: 'Monitors', href: paths.monitors },
          { label: name, href: paths.monitor(monitorId) },
        ]}
      />
      <QueryView query={monitor}>
        {(data) => (
          <MonitorEditor
            initial={formOfMonitor(data)}
            saveLabel="Save"
            backHref={paths.monitor(monitorId)}
            onSave={(body) =>
              client.monitors.update({ params: { monitorId }, body: UpdateMonitor.parse(body) })
            }
          />
        )}
      </QueryView>
    </Page>
  );
}
