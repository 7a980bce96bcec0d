import { useQuery } from '@tanstack/react-query';
import { formatBytes, formatPlural } from '../../../app/format.ts';
import { keys } from '../../../app/queries.ts';
import { type DataColumn, DataTable } from '../../../components/DataTable.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import classes from './ArtifactsView.module.css';
import { type RunFile, readBytes } from './read-bytes.ts';
import { readZipListing, type ZipListing } from './zip-listing.ts';

type Entry = ZipListing['files'][number];

const columns: DataColumn<Entry>[] = [
  { id: 'name', header: 'File', cell: (file) => <span className="a-mono">{file.name}</span>, grow: true },
  { id: 'size', header: 'Size', cell: (file) => formatBytes(file.sizeBytes), align: 'right', width: 110 },
  {
    id: 'stored',
    header: 'In the archive',
    cell: (file) => formatBytes(file.storedBytes),
    align: 'right',
    width: 120,
  },
];

/** What an archive holds; only its directory is read. */
export function FilesOfZip({ file }: { file: RunFile }) {
  const query = useQuery({
    queryKey: keys.part('runs', file.runId, 'zip', file.path, file.digest),
    queryFn: ({ signal }) =>
      readZipListing(file.sizeBytes, (start, end) => readBytes(file, start, end, signal)),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <QueryView query={query}>
      {({ files, total }) => (
        <>
          <DataTable
            label={`Files in ${file.path}`}
            columns={columns}
            rows={files}
            rowId={(entry) => entry.name}
            maxHeight={520}
          />
          <p className={classes.note}>
            {formatPlural(total, 'file')}
            {files.length < total ? `; the first ${files.length} are shown` : ''}
          </p>
        </>
      )}
    </QueryView>
  );
}
