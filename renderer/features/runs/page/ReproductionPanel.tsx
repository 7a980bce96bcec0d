import type { ReactNode } from 'react';
import type { Reproduction } from '../../../../local-api/contract/index.ts';
import { paths } from '../../../app/paths.ts';
import { useJob } from '../../../app/use-job.ts';
import { AppLink } from '../../../components/AppLink.tsx';
import { JobProgress } from '../../../components/JobProgress.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { RelativeTime } from '../../../components/RelativeTime.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import classes from './page.module.css';
import { ReproductionReportView } from './ReproductionReportView.tsx';
import { useReproductions, verdictOf } from './use-reproductions.ts';

/** What came of making a run again: on the original and on each copy. Nothing where it was never done. */
export function ReproductionPanel({ runId }: { runId: string }) {
  const { data } = useReproductions(runId);
  if (!data || (data.reproduces === null && data.copies.length === 0)) return null;
  return (
    <Panel title="Reproduction">
      {data.reproduces === null ? null : (
        <ReproductionEntry
          reproduction={data.reproduces}
          isOpen
          intro={
            <>
              of <AppLink href={paths.run(data.reproduces.originalRunId)}>the original run</AppLink>
            </>
          }
        />
      )}
      {data.copies.map((copy, index) => (
        <ReproductionEntry
          key={copy.runId}
          reproduction={copy}
          isOpen={index === 0}
          intro={<AppLink href={paths.run(copy.runId)}>{copy.name}</AppLink>}
        />
      ))}
    </Panel>
  );
}

type EntryProps = { reproduction: Reproduction; intro: ReactNode; isOpen: boolean };

function ReproductionEntry({ reproduction, intro, isOpen }: EntryProps) {
  const verdict = verdictOf(reproduction);
  const { report } = reproduction;
  return (
    <div className={classes.entry}>
      <p className={classes.entryHead}>
        <ToneBadge tone={verdict.tone}>{verdict.label}</ToneBadge> <span>{intro}</span>
        <span className="a-dim">
          <RelativeTime timeMs={reproduction.startedAtMs} />
        </span>
      </p>
      {report === null ? (
        <Progress jobId={reproduction.jobId} />
      ) : (
        <details open={isOpen}>
          <summary>What was compared</summary>
          <ReproductionReportView report={report} />
        </details>
      )}
    </div>
  );
}

function Progress({ jobId }: { jobId: string | null }) {
  const job = useJob(jobId);
  return job.data ? <JobProgress job={job.data} /> : null;
}
