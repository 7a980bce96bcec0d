import { Button, Group, Modal, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReproductionPlan, Run } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { paths } from '../../../app/paths.ts';
import { keys } from '../../../app/queries.ts';
import { useJob } from '../../../app/use-job.ts';
import { ButtonLink } from '../../../components/ButtonLink.tsx';
import { CodeBlock } from '../../../components/CodeBlock.tsx';
import { ErrorNote } from '../../../components/ErrorNote.tsx';
import { JobProgress } from '../../../components/JobProgress.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import { ReproductionReportView } from './ReproductionReportView.tsx';
import { useReproductions, verdictOf } from './use-reproductions.ts';

type Props = { run: Run; onClose: () => void };

/** Makes the run again and shows what came of it; where only a person can, says how. */
export function ReproduceDialog({ run, onClose }: Props) {
  const [copyId, setCopyId] = useState<string | null>(null);
  const query = useReproductions(run.id);
  return (
    <Modal opened onClose={onClose} title="Reproduce the run" size="lg">
      {copyId === null ? (
        <QueryView query={query}>
          {({ plan }) => <Start run={run} plan={plan} onStarted={setCopyId} />}
        </QueryView>
      ) : (
        <Progress copyId={copyId} onClose={onClose} />
      )}
    </Modal>
  );
}

type StartProps = { run: Run; plan: ReproductionPlan; onStarted: (copyId: string) => void };

function Start({ run, plan, onStarted }: StartProps) {
  const cache = useQueryClient();
  const start = useMutation({
    mutationFn: () =>
      client.reproduction.start({
        params: { runId: run.id },
        body: { force: plan.obstacles.length > 0 },
      }),
    onSuccess: (copy) => {
      onStarted(copy.runId);
      void cache.invalidateQueries({ queryKey: keys.part('runs', run.id, 'reproductions') });
    },
  });
  const canStart = plan.obstacles.every((obstacle) => obstacle.canForce);
  return (
    <>
      <Text size="sm" mb="sm">
        {introductions[plan.kind]}
      </Text>
      {plan.obstacles.map(({ message }) => (
        <Text key={message} size="sm" mb="xs">
          <ToneBadge tone="warn">{canStart ? 'Not as it was' : 'Not possible from here'}</ToneBadge> {message}
        </Text>
      ))}
      {plan.kind === 'command' && canStart ? (
        <>
          <Text size="sm" my="xs">
            This command is started in <code>{plan.folder}</code>, with the rights of the engine:
          </Text>
          <CodeBlock code={plan.command ?? ''} label="Command" />
        </>
      ) : null}
      {!canStart && plan.steps.length > 0 ? (
        <>
          <Text size="sm" my="xs">
            By hand:
          </Text>
          <CodeBlock code={plan.steps.join('\n')} label="Steps to make the run again" />
        </>
      ) : null}
      {start.error ? <ErrorNote error={start.error} /> : null}
      <Group justify="flex-end" gap="xs" mt="md">
        {plan.kind === 'training' ? (
          <ButtonLink variant="default" href={paths.training({ run: run.id })}>
            Change and train …
          </ButtonLink>
        ) : null}
        {canStart ? (
          <Button onClick={() => start.mutate()} loading={start.isPending} data-autofocus>
            {plan.obstacles.length > 0 ? 'Run it nevertheless' : 'Reproduce'}
          </Button>
        ) : null}
      </Group>
    </>
  );
}

const introductions: Record<ReproductionPlan['kind'], string> = {
  training:
    'Trains the stored recipe again on the same data with the same seed, as a new run, and compares model, metrics and environment.',
  command:
    'Runs the command again in its folder, as a new run, and compares metrics, files, data and environment.',
  script: 'Assay did not start this run, so it cannot start it again.',
};

function Progress({ copyId, onClose }: { copyId: string; onClose: () => void }) {
  const { data } = useReproductions(copyId);
  const copy = data?.reproduces ?? null;
  const job = useJob(copy?.jobId ?? null);
  return (
    <>
      <div role="status">
        {copy === null ? null : <ToneBadge tone={verdictOf(copy).tone}>{verdictOf(copy).label}</ToneBadge>}
        {copy?.report ? <ReproductionReportView report={copy.report} /> : null}
      </div>
      {job.data && !copy?.report ? <JobProgress job={job.data} /> : null}
      <Group justify="flex-end" gap="xs" mt="md">
        <Button variant="default" onClick={onClose}>
          {copy?.report ? 'Close' : 'Go on in the background'}
        </Button>
        <ButtonLink href={paths.run(copyId)}>Open the new run</ButtonLink>
      </Group>
    </>
  );
}
