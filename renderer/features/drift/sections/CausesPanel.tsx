import type { DriftCauses, DriftReport } from '../../../../local-api/contract/index.ts';
import { formatDateTime, formatNumber, formatPercent, formatPlural } from '../../../app/format.ts';
import { paths } from '../../../app/paths.ts';
import { AppLink } from '../../../components/AppLink.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import { RelativeTime } from '../../../components/RelativeTime.tsx';
import { ShareBar } from '../../../components/ShareBar.tsx';
import { sectionId, sectionTitles } from './section-words.ts';
import classes from './sections.module.css';

type Done = Extract<DriftCauses, { status: 'done' }>;

/** Where the drift lies, since when, what it does to the model, and what can be done. */
export function CausesPanel({ causes, report }: { causes: Done; report: DriftReport }) {
  const { slices, values, since, sinceVersion, upstream, impact, actions } = causes;
  return (
    <div id={sectionId('causes')} className={classes.section}>
      <Panel title={sectionTitles.causes}>
        <p className={classes.finding}>{causes.finding}</p>
        {since ? <p className={classes.finding}>{sinceText(since)}</p> : null}
        {sinceVersion === null ? null : (
          <p className={classes.finding}>
            {sinceVersion.column} is as it is now since{' '}
            <AppLink href={paths.dataset(sinceVersion.dataset, { version: sinceVersion.version })}>
              {sinceVersion.dataset} v{sinceVersion.version}
            </AppLink>{' '}
            of <RelativeTime timeMs={sinceVersion.createdAtMs} /> ({sinceVersion.of} versions looked at).
          </p>
        )}
        <ol className={classes.actions} aria-label="What to do">
          {actions.map(({ text, link }) => (
            <li key={text}>
              {text} {link === null ? null : <AppLink href={link}>Go there</AppLink>}
            </li>
          ))}
        </ol>
        {upstream.length === 0 ? null : <Upstream changes={upstream} />}
        <div className={classes.pair}>
          {slices.length > 0 ? (
            <div>
              <h3 className={classes.heading}>Rows that take the shift with them</h3>
              <PlainTable
                label="Slices"
                isInset
                rows={slices}
                keyOf={({ sql }) => sql}
                columns={[
                  {
                    name: 'Rows where',
                    cell: ({ text, sql }) => (
                      <AppLink href={sliceLink(report, sql)} title="Compare these rows alone">
                        {text}
                      </AppLink>
                    ),
                  },
                  { name: 'Share before', isNumber: true, cell: ({ reference }) => formatPercent(reference) },
                  { name: 'Now', isNumber: true, cell: ({ current }) => formatPercent(current) },
                  {
                    name: 'Of the shift',
                    isNumber: true,
                    hint: 'How much of the shift of the other drifted columns is gone without these rows',
                    cell: ({ explains }) => formatPercent(explains, 0),
                  },
                ]}
              />
            </div>
          ) : null}
          {impact.length > 0 ? (
            <div>
              <h3 className={classes.heading}>What it does to the model</h3>
              <PlainTable
                label="Drift times importance"
                isInset
                maxHeight={300}
                rows={impact}
                keyOf={({ column }) => column}
                columns={[
                  { name: 'Column', cell: ({ column }) => column },
                  {
                    name: 'Importance',
                    isNumber: true,
                    hint: 'Share of what moves the answers of the model',
                    cell: ({ importance }) => <Share share={importance} />,
                  },
                  {
                    name: 'Drift',
                    isNumber: true,
                    hint: 'Jensen–Shannon distance, 0 to 1',
                    cell: ({ drift }) => formatNumber(drift, 2),
                  },
                  {
                    name: 'Both',
                    isNumber: true,
                    hint: 'Importance times drift',
                    cell: ({ impact: both }) => formatNumber(both, 2),
                  },
                ]}
              />
            </div>
          ) : null}
          {values.length > 0 ? (
            <div>
              <h3 className={classes.heading}>Values that changed most</h3>
              <PlainTable
                label="Values that changed most"
                isInset
                maxHeight={300}
                rows={values}
                keyOf={({ column }) => column}
                columns={[
                  { name: 'Value or range', cell: ({ value }) => value },
                  { name: 'Share before', isNumber: true, cell: ({ reference }) => formatPercent(reference) },
                  { name: 'Now', isNumber: true, cell: ({ current }) => formatPercent(current) },
                ]}
              />
            </div>
          ) : null}
        </div>
      </Panel>
    </div>
  );
}

/** What changed before the data came to be. */
function Upstream({ changes }: { changes: Done['upstream'] }) {
  return (
    <>
      <h3 className={classes.heading}>What it was made of</h3>
      <PlainTable
        label="What it was made of"
        isInset
        rows={changes}
        keyOf={({ text }) => text}
        isMarked={({ drift }) => drift !== null && drift.drifted.length > 0}
        columns={[
          { name: 'What changed', cell: ({ text }) => text },
          {
            name: 'Drift between its versions',
            cell: ({ drift }) =>
              drift === null
                ? null
                : drift.drifted.length === 0
                  ? `none of ${formatPlural(drift.columns, 'column')}`
                  : `${drift.drifted.length} of ${formatPlural(drift.columns, 'column')}: ${drift.drifted.slice(0, 4).join(', ')}${drift.drifted.length > 4 ? ' …' : ''}`,
          },
          { name: 'Look closer', cell: (change) => <UpstreamLinks change={change} /> },
        ]}
      />
    </>
  );
}

function UpstreamLinks({ change: { kind, transform, from, to } }: { change: Done['upstream'][number] }) {
  const hasDiff = from !== null && to !== null && from.dataset === to.dataset;
  return (
    <span className={classes.links}>
      {hasDiff ? (
        <AppLink href={paths.datasetDiff(to.dataset, { from: String(from.version), to: String(to.version) })}>
          Rows that differ
        </AppLink>
      ) : null}
      {from === null || to === null ? null : (
        <AppLink href={paths.newDrift({ reference: from.versionId, current: to.versionId })}>
          Check drift
        </AppLink>
      )}
      {kind === 'definition' && transform !== null ? (
        <AppLink href={paths.transform(transform)}>Open {transform}</AppLink>
      ) : null}
    </span>
  );
}

function Share({ share }: { share: number }) {
  return (
    <span className={classes.share}>
      <ShareBar share={share} />
      {formatPercent(share, 0)}
    </span>
  );
}

function sinceText({ atMs, chunk, of, column }: NonNullable<Done['since']>): string {
  const what = column === null ? 'It' : column;
  const place = `part ${chunk + 1} of ${of} of the current window`;
  if (chunk === 0) return `${what} was different from the beginning of the current window on.`;
  return atMs === null
    ? `${what} began to differ in ${place}.`
    : `${what} began to differ around ${formatDateTime(atMs)} (${place}).`;
}

/** The same comparison of these rows alone. */
function sliceLink({ reference, current }: DriftReport, sql: string): string {
  if (reference === null || current === null) return paths.newDrift();
  const narrowed = (window: typeof reference.window) =>
    JSON.stringify({ ...window, slice: window.slice === undefined ? sql : `(${window.slice}) AND ${sql}` });
  return paths.newDrift({
    ...(reference.window.kind === 'version' ? { reference: reference.window.versionId } : {}),
    ...(current.window.kind === 'version' ? { current: current.window.versionId } : {}),
    referenceWindow: narrowed(reference.window),
    currentWindow: narrowed(current.window),
  });
}
