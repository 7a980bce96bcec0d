import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconArrowRight, IconCheck, IconLoader2, IconRefresh, IconX } from '@tabler/icons-react';
import { type Job, QuickstartResult } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatDuration, formatMetric } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { Elapsed } from '../../components/Elapsed.tsx';
import { JobFailure } from '../../components/JobFailure.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { Panel } from '../../components/Panel.tsx';
import badge from '../../components/ToneBadge.module.css';
import { toastFault } from '../../components/toasts.tsx';
import classes from './home.module.css';
import { LoopJobs } from './LoopJobs.tsx';
import { type LoopStep, loopSteps } from './loop-steps.ts';

type Props = { job: Job; onStart: () => void; onClose: () => void };

/** The sample loop as it runs: its steps, its jobs, and at the end the way to what it made. */
export function SampleLoop({ job, onStart, onClose }: Props) {
  const isActive = job.state === 'queued' || job.state === 'running';
  const result = QuickstartResult.safeParse(job.result);
  const stop = () => client.jobs.cancel({ params: { jobId: job.id } }).catch(toastFault);
  return (
    <Panel
      title="The sample loop"
      aside={
        <>
          <Elapsed startedAtMs={job.startedAtMs} endedAtMs={job.endedAtMs} />
          {isActive ? (
            <Button variant="default" onClick={stop}>
              Stop
            </Button>
          ) : (
            <Tooltip label="Put away">
              <ActionIcon aria-label="Put the sample loop away" onClick={onClose}>
                <IconX size={16} />
              </ActionIcon>
            </Tooltip>
          )}
        </>
      }
    >
      <ol className={classes.steps} aria-label="Steps">
        {loopSteps(job).map((step) => (
          <Step key={step.name} step={step} />
        ))}
      </ol>
      {isActive ? <JobProgress job={job} /> : null}
      {isActive ? <LoopJobs parentId={job.id} /> : null}
      {job.error ? (
        <>
          <JobFailure error={job.error} />
          <Button mt="sm" leftSection={<IconRefresh size={15} />} onClick={onStart}>
            Run it again
          </Button>
        </>
      ) : null}
      {result.success ? <LoopResult result={result.data} /> : null}
      {job.state === 'succeeded' ? null : (
        <p className={classes.more}>
          <AppLink href={paths.job(job.id)}>Log of the job</AppLink>
        </p>
      )}
    </Panel>
  );
}

const stateWords: Record<LoopStep['state'], string> = {
  done: 'done',
  now: 'running',
  waiting: 'waiting',
  failed: 'failed',
};

function Step({ step }: { step: LoopStep }) {
  return (
    <li
      className={classes.step}
      data-state={step.state}
      aria-current={step.state === 'now' ? 'step' : undefined}
    >
      <span className={classes.dot} aria-hidden="true">
        {step.state === 'done' ? <IconCheck size={14} stroke={2.4} /> : null}
        {step.state === 'now' ? <IconLoader2 size={14} stroke={2.4} className={badge.turning} /> : null}
        {step.state === 'failed' ? <IconX size={14} stroke={2.4} /> : null}
      </span>
      <span>
        {step.name}
        <span className="a-hidden">, {stateWords[step.state]}</span>
      </span>
    </li>
  );
}

function LoopResult({ result }: { result: QuickstartResult }) {
  const best = result.runs.find((run) => run.id === result.best.runId);
  const drifted = result.drift.columns.filter((column) => column.drifted).length;
  return (
    <div className={classes.result}>
      <p>
        Done in {formatDuration(result.seconds * 1000)}. <strong>{best?.name ?? result.best.trainer}</strong>{' '}
        was best with an AUC of {formatMetric(best?.metrics.auc)} and is now{' '}
        <strong>{result.model.name}</strong> {result.model.version}; the endpoint gives the same answers as
        the evaluation; {drifted} of {result.drift.columns.length} columns of the newer flights have drifted.
      </p>
      <div className={classes.welcomeActions}>
        <ButtonLink href={result.links.experiment} rightSection={<IconArrowRight size={15} />}>
          Compare the runs
        </ButtonLink>
        <ButtonLink variant="default" href={result.links.model} rightSection={<IconArrowRight size={15} />}>
          Open the model
        </ButtonLink>
        <ButtonLink variant="default" href={result.links.drift} rightSection={<IconArrowRight size={15} />}>
          See the drift report
        </ButtonLink>
      </div>
    </div>
  );
}
