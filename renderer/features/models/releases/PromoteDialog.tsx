import { Button, Select, Switch, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { EnvironmentState, ModelVersion } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { hasEnded } from '../../../app/live-cache.ts';
import { useJob } from '../../../app/use-job.ts';
import { FormDialog } from '../../../components/FormDialog.tsx';
import { JobProgress } from '../../../components/JobProgress.tsx';
import { toast, toastFault } from '../../../components/toasts.tsx';
import { GateReportView } from './GateReportView.tsx';
import classes from './releases.module.css';
import { useGateReport } from './releases-queries.ts';

type Props = {
  model: string;
  state: EnvironmentState;
  versions: readonly ModelVersion[];
  onClose: () => void;
};

/** Brings a version into an environment: its gates can be looked at first, and overridden with a reason. */
export function PromoteDialog({ model, state, versions, onClose }: Props) {
  const { environment, policy } = state;
  const cache = useQueryClient();
  const choices = versions.filter(({ status, version }) => status === 'ready' && version !== state.version);
  const [version, setVersion] = useState<string | null>(choices[0]?.version ?? null);
  const [reason, setReason] = useState('');
  const [isOverride, setOverride] = useState(false);
  const [overrideReason, setOverrideReason] = useState('');
  const promote = async () => {
    if (version === null) return;
    await client.releases.promote({
      params: { model },
      body: {
        version,
        environment,
        reason,
        expectedCurrent: state.version,
        ...(isOverride ? { override: { reason: overrideReason } } : {}),
      },
    });
    await cache.invalidateQueries({ queryKey: ['models'] });
    toast({ title: `${model} ${version} is in ${environment} now`, tone: 'good' });
    onClose();
  };
  const hasGates = policy !== null && policy.gates.length > 0;
  return (
    <FormDialog
      title={`Promote to ${environment}`}
      submitLabel={isOverride ? 'Promote all the same' : 'Promote'}
      canSubmit={version !== null && (!isOverride || overrideReason.trim() !== '')}
      tone={isOverride ? 'danger' : 'plain'}
      size={hasGates ? 'xl' : 'md'}
      onSubmit={promote}
      onClose={onClose}
    >
      <div className={classes.fields}>
        <Select
          label="Version"
          data={choices.map((choice) => choice.version)}
          value={version}
          onChange={setVersion}
          allowDeselect={false}
          searchable
        />
        <Textarea
          label="Reason"
          description="For those who read the history."
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          autosize
        />
        {hasGates && version !== null ? (
          <GateCheck key={version} model={model} version={version} environment={environment} />
        ) : null}
        {hasGates ? (
          <Switch
            label="Promote although gates fail"
            checked={isOverride}
            onChange={(event) => setOverride(event.currentTarget.checked)}
          />
        ) : null}
        {isOverride ? (
          <Textarea
            label="Why the gates do not count this time"
            description="It is kept in the history."
            required
            value={overrideReason}
            onChange={(event) => setOverrideReason(event.currentTarget.value)}
            autosize
          />
        ) : null}
      </div>
    </FormDialog>
  );
}

/** Runs the gates now and shows how each comes out. The promotion takes the same report as long as nothing changes. */
function GateCheck({ model, version, environment }: { model: string; version: string; environment: string }) {
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId).data;
  const report = useGateReport(model, job?.state === 'succeeded' ? reportIdOf(job.result) : null);
  const run = () =>
    client.releases
      .runGates({ params: { model, version }, body: { environment } })
      .then(({ id }) => setJobId(id), toastFault);
  const isRunning = jobId !== null && !(job !== undefined && hasEnded(job.state));
  return (
    <div>
      <Button variant="default" loading={isRunning} onClick={() => void run()}>
        Check the gates
      </Button>
      {job !== undefined && job.state !== 'succeeded' ? <JobProgress job={job} /> : null}
      {report.data ? <GateReportView report={report.data} /> : null}
    </div>
  );
}

function reportIdOf(result: unknown): string | null {
  return typeof result === 'object' && result !== null && 'reportId' in result
    ? String(result.reportId)
    : null;
}
