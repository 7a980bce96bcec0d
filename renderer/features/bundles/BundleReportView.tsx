import type { BundleCheck, BundleReport } from '../../../local-api/contract/index.ts';
import { Digest } from '../../components/Digest.tsx';
import { PlainTable } from '../../components/PlainTable.tsx';
import { type Tone, ToneBadge } from '../../components/ToneBadge.tsx';
import classes from './bundles.module.css';

const tones: Record<BundleCheck['verdict'], Tone> = {
  passed: 'good',
  warning: 'warn',
  failed: 'bad',
  skipped: 'idle',
};

/** Problems of a check that are shown; the report of the job has up to a hundred. */
const shown = 10;

/** What came out at each check of a bundle. */
export function BundleReportView({ report }: { report: BundleReport }) {
  return (
    <>
      <p className={classes.summary} role="status">
        <ToneBadge tone={report.ok ? 'good' : 'bad'}>{report.ok ? 'whole' : 'does not pass'}</ToneBadge>
        {report.model === null ? null : (
          <strong>
            {report.model} {report.version}
          </strong>
        )}
        {report.signer === null ? null : <span>signed by {report.signer}</span>}
        {report.digest === null ? null : <Digest value={report.digest} />}
      </p>
      <PlainTable
        label="Checks of the bundle"
        isInset
        rows={report.checks}
        keyOf={({ id }) => id}
        columns={[
          {
            name: 'Verdict',
            cell: ({ verdict }) => <ToneBadge tone={tones[verdict]}>{verdict}</ToneBadge>,
          },
          { name: 'Check', namesRow: true, cell: ({ title }) => title },
          {
            name: 'What was found',
            cell: ({ detail, problems }) => (
              <>
                {detail}
                <Problems problems={problems} />
              </>
            ),
          },
        ]}
      />
    </>
  );
}

function Problems({ problems }: Pick<BundleCheck, 'problems'>) {
  if (problems.length === 0) return null;
  return (
    <ul className={classes.problems}>
      {problems.slice(0, shown).map(({ path, message }) => (
        <li key={`${path} ${message}`}>
          <code>{path}</code> {message}
        </li>
      ))}
      {problems.length > shown ? <li>and {problems.length - shown} more</li> : null}
    </ul>
  );
}
