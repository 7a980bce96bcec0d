import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { formatBytes, formatDateTime } from '../../app/format.ts';
import { keys } from '../../app/queries.ts';
import { KeyValue } from '../../components/KeyValue.tsx';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';

/** Which workspace this is, and what it takes on disk. */
export function WorkspaceFacts() {
  const info = useQuery({
    queryKey: keys.workspace,
    queryFn: ({ signal }) => client.workspace.info({ signal }),
  });
  return (
    <Panel title="Workspace">
      <QueryView query={info}>
        {({ name, path, version, schemaVersion, createdAtMs, storage, machine }) => (
          <KeyValue
            facts={[
              { label: 'Name', value: name },
              { label: 'Folder', value: <span className="a-mono">{path}</span> },
              { label: 'Made', value: formatDateTime(createdAtMs) },
              { label: 'Assay', value: `${version}, database schema ${schemaVersion}` },
              { label: 'Database', value: formatBytes(storage.databaseBytes) },
              { label: 'Datasets', value: formatBytes(storage.datasetBytes) },
              {
                label: 'Artifacts',
                value: `${formatBytes(storage.artifactBytes)} on disk, ${formatBytes(storage.artifactLogicalBytes)} in all`,
              },
              {
                label: 'Machine',
                value: `${machine.platform}, ${machine.cpus} cores, ${formatBytes(machine.memoryBytes)}, Node ${machine.node}`,
              },
            ]}
          />
        )}
      </QueryView>
    </Panel>
  );
}
