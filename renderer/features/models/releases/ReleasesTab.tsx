import { useState } from 'react';
import type { GateReportRow, ModelVersion } from '../../../../local-api/contract/index.ts';
import { formatPlural } from '../../../app/format.ts';
import { type DataColumn, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { RelativeTime } from '../../../components/RelativeTime.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import { EnvironmentCard } from './EnvironmentCard.tsx';
import { GateReportView } from './GateReportView.tsx';
import classes from './releases.module.css';
import { useGateReport, useGateReports, useReleaseBoard } from './releases-queries.ts';

type Props = { model: string; versions: readonly ModelVersion[] };

/** The environments of a model beside each other, and what the gates said. */
export function ReleasesTab({ model, versions }: Props) {
  const board = useReleaseBoard(model);
  return (
    <>
      <QueryView query={board}>
        {({ environments }) => (
          <div className={classes.board}>
            {environments.map((state) => (
              <EnvironmentCard key={state.environment} model={model} state={state} versions={versions} />
            ))}
          </div>
        )}
      </QueryView>
      <GateReports model={model} />
    </>
  );
}

const columns: readonly DataColumn<GateReportRow>[] = [
  { id: 'version', header: 'Version', width: 90, cell: (report) => report.version },
  { id: 'environment', header: 'Environment', width: 120, cell: (report) => report.environment },
  {
    id: 'passed',
    header: 'Verdict',
    width: 110,
    cell: (report) => (
      <ToneBadge tone={report.passed ? 'good' : 'bad'}>{report.passed ? 'passed' : 'not passed'}</ToneBadge>
    ),
  },
  {
    id: 'gates',
    header: 'Gates',
    width: 220,
    grow: true,
    cell: ({ total, failed, skipped }) =>
      `${formatPlural(total, 'gate')}, ${failed} failed, ${skipped} skipped`,
  },
  {
    id: 'created',
    header: 'When',
    width: 120,
    cell: (report) => <RelativeTime timeMs={report.createdAtMs} />,
  },
];

function GateReports({ model }: { model: string }) {
  const reports = useGateReports(model);
  const [chosen, setChosen] = useState<string | null>(null);
  const report = useGateReport(model, chosen);
  return (
    <>
      <Panel title="Gate reports" padding="none">
        <DataTable
          label="Gate reports"
          columns={columns}
          rows={reports.items}
          rowId={(row) => row.id}
          currentId={chosen ?? undefined}
          onOpen={(row) => setChosen(row.id)}
          isPending={reports.isPending}
          error={reports.error}
          retry={reports.refetch}
          hasMore={reports.hasMore}
          onEndReached={reports.loadMore}
          maxHeight={260}
          empty={
            <EmptyState title="No gate has been asked yet">
              Give an environment gates; they run before a version is promoted to it.
            </EmptyState>
          }
        />
      </Panel>
      {report.data ? (
        <Panel title="What the gates said">
          <GateReportView report={report.data} />
        </Panel>
      ) : null}
    </>
  );
}
