import { Button, Group, Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Push, PushReceipt, PushVerification } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatBytes, formatDuration } from '../../app/format.ts';
import { useJob } from '../../app/use-job.ts';
import { CheckFindings } from '../../components/CheckFindings.tsx';
import { Digest } from '../../components/Digest.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { KeyValue } from '../../components/KeyValue.tsx';
import { PlainTable } from '../../components/PlainTable.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { PushState } from './PushState.tsx';
import classes from './targets.module.css';
import { usePush } from './targets-queries.ts';

/** One push: its progress, then what it left where, and what is there now. */
export function ReceiptDialog({ pushId, onClose }: { pushId: string; onClose: () => void }) {
  const query = usePush(pushId);
  return (
    <Modal opened onClose={onClose} title="Push" size="xl">
      <QueryView query={query}>{(push) => <PushView push={push} onClose={onClose} />}</QueryView>
    </Modal>
  );
}

/** A push with what can be done about it. */
export function PushView({ push, onClose }: { push: Push; onClose: () => void }) {
  const cache = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const isUnderWay = push.state === 'queued' || push.state === 'running';
  const job = useJob(isUnderWay ? push.jobId : null);
  const act = async (work: () => Promise<unknown>) => {
    setError(null);
    await work().catch(setError);
    await cache.invalidateQueries({ queryKey: ['pushes'] });
  };
  const params = { pushId: push.id };
  const again = () =>
    client.targets.push({
      params: { target: push.targetId ?? push.target },
      body: { model: `${push.model}/${push.version}` },
    });
  return (
    <>
      <div className={classes.head}>
        <strong>
          {push.model} {push.version} → {push.target}
        </strong>
        <PushState push={push} />
      </div>
      {isUnderWay && job.data ? <JobProgress job={job.data} /> : null}
      {push.error === null ? null : (
        <div className={classes.failure} role="alert">
          <p>{push.error.message}</p>
          <p className="a-dim">{push.error.hint}</p>
        </div>
      )}
      {push.receipt === null ? null : <Receipt push={push} receipt={push.receipt} />}
      {push.verification === null ? null : <Verification verification={push.verification} />}
      <ErrorNote error={error} />
      <Group justify="flex-end" mt="md">
        {isUnderWay || push.state === 'waiting' ? (
          <Button variant="default" onClick={() => void act(() => client.pushes.cancel({ params }))}>
            Give up
          </Button>
        ) : null}
        {push.state === 'waiting' ? (
          <Button variant="default" onClick={() => void act(again)}>
            Try now
          </Button>
        ) : null}
        {push.receipt !== null && push.targetId !== null ? (
          <Button variant="default" onClick={() => void act(() => client.pushes.observe({ params }))}>
            Look there now
          </Button>
        ) : null}
        <Button onClick={onClose}>Close</Button>
      </Group>
    </>
  );
}

function Receipt({ push, receipt }: { push: Push; receipt: PushReceipt }) {
  const { where, link } = receipt;
  const isPage = link !== null && /^https?:/.test(link);
  return (
    <>
      <KeyValue
        facts={[
          {
            label: 'Where',
            value: isPage ? (
              <a href={link} target="_blank" rel="noreferrer">
                {where}
              </a>
            ) : (
              where
            ),
          },
          ...Object.entries(receipt.remoteIds).map(([label, value]) => ({
            key: `id ${label}`,
            label,
            value: <span className="a-mono">{value}</span>,
          })),
          { label: 'Bundle', value: <Digest value={receipt.bundleDigest} /> },
          {
            label: 'Sent',
            value: `${receipt.filesSent} of ${receipt.files.length} files, ${formatBytes(receipt.bytesSent)} in ${formatDuration(receipt.seconds * 1000)}`,
          },
          { label: 'By', value: push.by },
          { label: 'When', value: <RelativeTime timeMs={receipt.atMs} /> },
          {
            label: 'There now',
            value: (
              <>
                {push.remoteDetail}{' '}
                {push.observedAtMs === null ? null : <RelativeTime timeMs={push.observedAtMs} />}
              </>
            ),
          },
        ]}
      />
      <details className={classes.files}>
        <summary>Files</summary>
        <PlainTable
          label="Files that were sent"
          isInset
          rows={receipt.files}
          keyOf={({ path }) => path}
          columns={[
            { name: 'File', cell: ({ path }) => <span className="a-mono">{path}</span> },
            { name: 'Size', cell: ({ sizeBytes }) => formatBytes(sizeBytes) },
            { name: 'Digest', cell: ({ digest }) => <Digest value={digest} /> },
            { name: 'Sent', cell: ({ sent }) => (sent ? 'sent' : 'was there') },
          ]}
        />
      </details>
    </>
  );
}

function Verification({ verification }: { verification: PushVerification }) {
  return (
    <CheckFindings
      findings={verification.checks.map(({ name, ok, detail }) => ({
        check: name,
        level: ok ? ('ok' as const) : ('error' as const),
        message: name,
        fix: detail,
      }))}
    />
  );
}
