import { useMemo } from 'react';
import type { ModelVersion } from '../../../local-api/contract/index.ts';
import { formatBytes, formatMetric, NO_VALUE } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { type DataColumn, DataTable, type Selection } from '../../components/DataTable.tsx';
import { Digest } from '../../components/Digest.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { bestPositions } from '../compare/differences.ts';
import { AliasBadges } from './AliasBadges.tsx';
import classes from './models.module.css';
import { shownMetrics } from './shown-metrics.ts';

type Props = {
  versions: readonly ModelVersion[];
  current: string | undefined;
  onChoose: (version: string) => void;
  selection: Selection;
};

const rowId = (version: ModelVersion) => version.version;

/** The versions of a model with their metrics side by side; the best of each metric stands out. */
export function VersionsTable({ versions, current, onChoose, selection }: Props) {
  const columns = useMemo(() => columnsFor(versions), [versions]);
  return (
    <DataTable
      label="Versions"
      isMain
      columns={columns}
      rows={versions}
      rowId={rowId}
      currentId={current}
      selection={selection}
      onOpen={(version) => onChoose(version.version)}
      maxHeight={Math.min(300, 34 + 31 * Math.max(1, versions.length))}
      empty={
        <EmptyState title="No versions yet">Register the model of a finished run under this name.</EmptyState>
      }
    />
  );
}

function columnsFor(versions: readonly ModelVersion[]): DataColumn<ModelVersion>[] {
  return [
    {
      id: 'version',
      header: 'Version',
      width: 190,
      grow: true,
      cell: (version) => (
        <span className={classes.versionCell}>
          <strong>{version.version}</strong> <AliasBadges aliases={version.aliases} />
          {version.deprecation === null ? null : <ToneBadge tone="warn">deprecated</ToneBadge>}
          {version.status === 'archived' ? <ToneBadge>archived</ToneBadge> : null}
        </span>
      ),
    },
    {
      id: 'trainer',
      header: 'Trainer',
      width: 78,
      cell: (version) => version.trainer || (version.digest === null ? 'MLflow' : NO_VALUE),
    },
    ...shownMetrics(versions, 5).map((key): DataColumn<ModelVersion> => {
      const values = versions.map((version) => version.metrics[key] ?? null);
      const best = new Set(bestPositions(key, values).map((position) => versions[position]?.version));
      return {
        id: `metrics.${key}`,
        header: key,
        width: 86,
        align: 'right',
        cell: (version) => (
          <span className={best.has(version.version) ? classes.best : undefined}>
            {formatMetric(version.metrics[key])}
          </span>
        ),
      };
    }),
    {
      id: 'run',
      header: 'Run',
      width: 84,
      cell: (version) =>
        version.runId ? (
          <AppLink href={paths.run(version.runId)}>{version.runId.slice(0, 8)}</AppLink>
        ) : (
          NO_VALUE
        ),
    },
    {
      id: 'size',
      header: 'Size',
      width: 80,
      align: 'right',
      cell: (version) => formatBytes(version.sizeBytes),
    },
    {
      id: 'digest',
      header: 'Digest',
      width: 100,
      cell: (version) => (version.digest === null ? NO_VALUE : <Digest value={version.digest} />),
    },
    {
      id: 'created',
      header: 'Registered',
      width: 108,
      cell: (version) => <RelativeTime timeMs={version.createdAtMs} />,
    },
  ];
}
