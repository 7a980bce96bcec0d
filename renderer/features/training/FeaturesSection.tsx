import { Select, Text } from '@mantine/core';
import { useMemo } from 'react';
import type { ColumnProfile, DatasetProfile, FeatureRole } from '../../../local-api/contract/index.ts';
import { formatCount, formatPercent } from '../../app/format.ts';
import { SparkHistogram } from '../../charts/SparkHistogram.tsx';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { TypeLabel } from '../../components/TypeLabel.tsx';
import { type Draft, rolesByType } from './draft.ts';
import { featureWarnings } from './feature-warnings.ts';
import type { SectionProps } from './TrainingForm.tsx';
import classes from './training.module.css';

const rowId = (column: ColumnProfile) => column.name;
const MAX_HEIGHT = 360;

/** The columns to learn from, with what the profile has against them. */
export function FeaturesSection({ draft, data, onChange, faultAt }: SectionProps) {
  const { profile } = data;
  const offered = useMemo(
    () => profile.columns.filter((column) => draft.features[column.name] !== undefined),
    [profile, draft.features],
  );
  const selected = useMemo(
    () => new Set(Object.keys(draft.features).filter((name) => draft.features[name]?.included)),
    [draft.features],
  );
  const columns = useMemo(
    () =>
      columnsFor(draft, profile, faultAt, (name, role) => {
        const feature = draft.features[name];
        if (feature) onChange({ ...draft, features: { ...draft.features, [name]: { ...feature, role } } });
      }),
    [draft, profile, faultAt, onChange],
  );
  const select = (names: ReadonlySet<string>) =>
    onChange({
      ...draft,
      features: Object.fromEntries(
        Object.entries(draft.features).map(([name, feature]) => [
          name,
          { ...feature, included: names.has(name) },
        ]),
      ),
    });
  const fault = faultAt('');
  return (
    <Panel
      title="3 · Features"
      padding="none"
      aside={
        <span>
          {formatCount(selected.size)} of {formatCount(offered.length)}
        </span>
      }
    >
      {fault ? (
        <Text size="sm" c="var(--mantine-color-error)" role="alert" className={classes.fault}>
          {fault}
        </Text>
      ) : null}
      <DataTable
        label="Features"
        columns={columns}
        rows={offered}
        rowId={rowId}
        selection={{ selected, onChange: select }}
        maxHeight={Math.min(MAX_HEIGHT, 34 + 31 * Math.max(1, offered.length))}
      />
    </Panel>
  );
}

function columnsFor(
  draft: Draft,
  profile: DatasetProfile,
  faultAt: (field: string) => string | undefined,
  onRole: (name: string, role: FeatureRole | 'auto') => void,
): DataColumn<ColumnProfile>[] {
  return [
    { id: 'name', header: 'Column', width: 156, cell: ({ name }) => <span title={name}>{name}</span> },
    { id: 'type', header: 'Type', width: 112, cell: ({ type }) => <TypeLabel type={type} /> },
    {
      id: 'role',
      header: 'Treated as',
      width: 116,
      cell: (column) => (
        <Role
          column={column}
          role={draft.features[column.name]?.role ?? 'auto'}
          fault={faultAt(column.name)}
          onRole={onRole}
        />
      ),
    },
    {
      id: 'missing',
      header: 'Missing',
      width: 78,
      align: 'right',
      cell: ({ missing }) => (missing === 0 ? '' : formatPercent(missing / Math.max(1, profile.rows))),
    },
    {
      id: 'distinct',
      header: 'Values',
      width: 86,
      align: 'right',
      cell: ({ distinct }) => formatCount(distinct),
    },
    { id: 'shape', header: 'Shape', width: 108, cell: (column) => <Shape column={column} /> },
    {
      id: 'warnings',
      header: 'Beware',
      width: 120,
      grow: true,
      cell: (column) =>
        featureWarnings(column, draft.target, profile).map((warning) => (
          <ToneBadge key={warning.text} tone="warn" title={warning.text}>
            {warning.text}
          </ToneBadge>
        )),
    },
  ];
}

type RoleProps = {
  column: ColumnProfile;
  role: FeatureRole | 'auto';
  fault: string | undefined;
  onRole: (name: string, role: FeatureRole | 'auto') => void;
};

function Role({ column, role, fault, onRole }: RoleProps) {
  const [usual, ...others] = rolesByType[column.type];
  if (others.length === 0) return <>{usual}</>;
  return (
    <Select
      aria-label={`How ${column.name} is treated`}
      variant="unstyled"
      data={[usual, ...others]}
      value={role === 'auto' ? usual : role}
      onChange={(value) => {
        const chosen = [usual, ...others].find((candidate) => candidate === value);
        if (chosen) onRole(column.name, chosen === usual ? 'auto' : chosen);
      }}
      error={fault}
      allowDeselect={false}
    />
  );
}

function Shape({ column }: { column: ColumnProfile }) {
  const label = `Distribution of ${column.name}`;
  if (column.histogram) {
    return (
      <SparkHistogram
        series={[column.histogram.counts]}
        edges={column.histogram.edges}
        label={label}
        height={20}
        width={88}
      />
    );
  }
  if (column.topValues.length === 0) return null;
  return (
    <SparkHistogram
      series={[column.topValues.map(({ count }) => count)]}
      label={label}
      height={20}
      width={88}
    />
  );
}
