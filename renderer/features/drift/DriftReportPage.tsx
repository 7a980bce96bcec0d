import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type DriftLevel, type DriftReport, driftLevelOf } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount, formatDuration, formatPlural } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { ExportReport } from '../../components/ExportReport.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { toastFault } from '../../components/toasts.tsx';
import { ColumnDetail } from './ColumnDetail.tsx';
import { ColumnOverride } from './ColumnOverride.tsx';
import { ColumnTable } from './ColumnTable.tsx';
import classes from './DriftReportPage.module.css';
import { DriftVerdict } from './DriftVerdict.tsx';
import { LowerSections, UpperSections } from './sections/SectionPanels.tsx';
import { SectionStrip } from './sections/SectionStrip.tsx';
import { hasSections, sectionId, windowNotes } from './sections/section-words.ts';
import { bySeverity } from './severity.ts';
import { VersionLink } from './VersionLink.tsx';

const crumbs = [{ label: 'Drift', href: paths.drift }];

/** One comparison: the verdict, the columns by severity, and the chosen column in detail. */
export function DriftReportPage() {
  const { reportId } = useParams({ from: '/drift/$reportId' });
  const report = useQuery({
    queryKey: keys.item('drift-reports', reportId),
    queryFn: ({ signal }) => client.driftReports.get({ params: { reportId }, signal }),
    // A report never changes.
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Page>
      {report.data ? null : <PageHeader title="Drift report" crumbs={crumbs} />}
      <QueryView query={report}>{(data) => <Report report={data} />}</QueryView>
    </Page>
  );
}

function Report({ report }: { report: DriftReport }) {
  const navigate = useNavigate({ from: '/drift/$reportId' });
  const search = useSearch({ from: '/drift/$reportId' });
  const columns = useMemo(() => bySeverity(report.columns), [report.columns]);
  const column = columns.find((one) => one.name === search.column) ?? columns[0];
  return (
    <>
      <PageHeader
        title={`${report.referenceName} → ${report.currentName}`}
        crumbs={crumbs}
        description={
          <>
            <DriftVerdict drifted={report.drifted} />
            <span>{verdictOf(report)}</span>
          </>
        }
        actions={
          <>
            <ExportReport path={`drift-reports/${encodeURIComponent(report.id)}`} />
            <DeleteReport reportId={report.id} />
          </>
        }
      />
      <div className={classes.facts}>
        <span>
          Reference: <VersionLink versionId={report.referenceVersionId} name={report.referenceName} />,{' '}
          {rowsOf(report.referenceRows, report.reference)}
        </span>
        <span>
          Current: <VersionLink versionId={report.currentVersionId} name={report.currentName} />,{' '}
          {rowsOf(report.currentRows, report.current)}
        </span>
        <span>
          Made <RelativeTime timeMs={report.createdAtMs} /> in {formatDuration(report.seconds * 1000)}
        </span>
      </div>
      {windowNotes(report).map((note) => (
        <p key={note} className="a-dim">
          {note}
        </p>
      ))}
      {hasSections(report) ? (
        <>
          <SectionStrip report={report} />
          <UpperSections report={report} />
        </>
      ) : null}
      {columns.length === 0 ? null : (
        <div className={classes.columns} id={sectionId('columns')}>
          <Panel title="Columns, the most changed first" padding="none" className={classes.list}>
            <ColumnTable
              columns={columns}
              currentName={column?.name}
              onOpen={(name) => navigate({ search: { column: name }, replace: true })}
            />
          </Panel>
          {column ? (
            <ColumnDetail key={column.name} column={column} report={report}>
              <ColumnOverride column={column} report={report} />
            </ColumnDetail>
          ) : null}
        </div>
      )}
      {hasSections(report) ? <LowerSections report={report} /> : null}
      {report.skippedColumns.length > 0 ? (
        <Panel title={`${formatPlural(report.skippedColumns.length, 'column')} not compared`}>
          <ul className={classes.skipped}>
            {report.skippedColumns.map((skipped) => (
              <li key={skipped.name}>
                <strong>{skipped.name}</strong> <span className="a-dim">{skipped.reason}</span>
              </li>
            ))}
          </ul>
        </Panel>
      ) : null}
    </>
  );
}

/** Of a slice also the rows that it was taken from. */
function rowsOf(rows: number, window: DriftReport['current']): string {
  const whole = window?.wholeRows ?? null;
  return whole === null ? `${formatCount(rows)} rows` : `${formatCount(rows)} of ${formatCount(whole)} rows`;
}

/** What was found, in a sentence: counts by level, and the column that changed most. */
function verdictOf(report: DriftReport): string {
  const count = (level: DriftLevel) => report.columns.filter((one) => driftLevelOf(one) === level).length;
  const all = formatPlural(report.totalColumns, 'column');
  const [minor, few] = [count('minor'), count('too-few')];
  const rest = [
    minor > 0 ? `${formatPlural(minor, 'column')} changed too little to matter` : null,
    few > 0 ? `${formatPlural(few, 'column')} had too few rows to say` : null,
  ].filter((part) => part !== null);
  const tail = rest.length > 0 ? ` ${rest.join('; ')}.` : '';
  const most = report.columns.some(({ drifted }) => drifted) ? bySeverity(report.columns)[0] : undefined;
  if (report.driftedColumns === 0) return `None of ${all} has drifted.${tail}`;
  const verb = report.driftedColumns === 1 ? 'has' : 'have';
  const which = most === undefined ? '' : `, ${most.name} the most`;
  return `${report.driftedColumns} of ${all} ${verb} drifted${which}.${tail}`;
}

function DeleteReport({ reportId }: { reportId: string }) {
  const router = useRouter();
  const remove = () =>
    client.driftReports
      .delete({ params: { reportId } })
      .then(() => router.history.push(paths.drift))
      .catch(toastFault);
  return (
    <ConfirmButton
      question="Delete this report? The two dataset versions stay, so it can be made again."
      confirmLabel="Delete"
      onConfirm={remove}
    >
      Delete
    </ConfirmButton>
  );
}
