import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ColumnProfile, DatasetProfile, DatasetVersion } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount, formatPercent } from '../../app/format.ts';
import { keys } from '../../app/queries.ts';
import { Heatmap } from '../../charts/Heatmap.tsx';
import { SparkHistogram } from '../../charts/SparkHistogram.tsx';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { TypeLabel } from '../../components/TypeLabel.tsx';
import { ColumnPanel } from './ColumnPanel.tsx';
import classes from './dataset.module.css';
import { formatCell } from './format-cell.ts';

type Props = {
  version: DatasetVersion;
  /** Name of the column shown in detail. */
  column: string | undefined;
  onColumn: (column: string) => void;
};

/** What a version looks like: every column in a line, one of them in detail, and how the numbers go together. */
export function ProfileView({ version, column, onColumn }: Props) {
  const profile = useQuery({
    queryKey: keys.part('dataset-versions', version.id, 'profile'),
    queryFn: ({ signal }) => client.datasetProfiles.get({ params: { versionId: version.id }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <div className={classes.scroll}>
      <QueryView query={profile}>
        {(data) => <Profile profile={data} column={column} onColumn={onColumn} />}
      </QueryView>
    </div>
  );
}

function Profile({ profile, column, onColumn }: Omit<Props, 'version'> & { profile: DatasetProfile }) {
  const columns = useMemo(() => tableColumns(profile.rows), [profile.rows]);
  const shown = profile.columns.find((one) => one.name === column) ?? profile.columns[0];
  const { warnings } = profile;
  return (
    <>
      {warnings.length > 0 ? (
        <p className={classes.warnings}>
          {warnings.map((warning) => (
            <ToneBadge key={warning} tone="warn">
              {warning}
            </ToneBadge>
          ))}
        </p>
      ) : null}
      <div className={classes.profile}>
        <Panel title="Columns" padding="none">
          <DataTable
            label="Columns"
            isMain
            columns={columns}
            rows={profile.columns}
            rowId={(one) => one.name}
            onOpen={(one) => onColumn(one.name)}
            currentId={shown?.name}
            maxHeight={Math.min(640, 36 + Math.max(4, profile.columns.length) * 38)}
          />
        </Panel>
        {shown ? <ColumnPanel key={shown.name} column={shown} rows={profile.rows} /> : null}
      </div>
      {profile.correlations && profile.correlations.columns.length > 1 ? (
        <Panel title="Correlations">
          <Heatmap
            title="Pearson correlation between number columns"
            rowLabels={profile.correlations.columns}
            columnLabels={profile.correlations.columns}
            values={profile.correlations.pearson}
            scale="diverging"
            bounds={{ min: -1, max: 1 }}
            format={(value) => value.toFixed(2)}
          />
        </Panel>
      ) : null}
    </>
  );
}

function tableColumns(rows: number): readonly DataColumn<ColumnProfile>[] {
  return [
    { id: 'name', header: 'Column', width: 130, grow: true, cell: (column) => <Name column={column} /> },
    { id: 'type', header: 'Type', width: 100, cell: (column) => <TypeLabel type={column.type} /> },
    { id: 'shape', header: 'Distribution', width: 142, cell: (column) => <Shape column={column} /> },
    {
      id: 'missing',
      header: 'Missing',
      width: 78,
      align: 'right',
      cell: (column) =>
        column.missing === 0 ? <span className="a-dim">none</span> : formatPercent(column.missing / rows),
    },
    {
      id: 'distinct',
      header: 'Distinct',
      width: 84,
      align: 'right',
      cell: (column) => formatCount(column.distinct),
    },
    {
      id: 'range',
      header: 'Lowest to highest',
      width: 196,
      align: 'right',
      cell: (column) => <Range column={column} />,
    },
  ];
}

function Name({ column }: { column: ColumnProfile }) {
  if (column.warnings.length === 0) return <strong>{column.name}</strong>;
  const words = column.warnings.join('; ');
  return (
    <span className={classes.name} title={words}>
      <strong className="a-truncate">{column.name}</strong>
      <IconAlertTriangle size={14} color="var(--a-warn)" role="img" aria-label={`Worth a look: ${words}`} />
    </span>
  );
}

function Range({ column }: { column: ColumnProfile }) {
  // The days are enough here; the panel beside has the times.
  const type = column.type === 'datetime' ? 'date' : column.type;
  return (
    <>
      {formatCell(column.min, type)} <span className="a-dim">to</span> {formatCell(column.max, type)}
    </>
  );
}

function Shape({ column }: { column: ColumnProfile }) {
  if (column.histogram) {
    return (
      <SparkHistogram
        label={`Histogram of ${column.name}`}
        series={[column.histogram.counts]}
        edges={column.histogram.edges}
        height={22}
      />
    );
  }
  if (column.topValues.length === 0) return null;
  return (
    <SparkHistogram
      label={`Most frequent values of ${column.name}`}
      series={[column.topValues.map((entry) => entry.count)]}
      height={22}
    />
  );
}
