import { Button, Checkbox, Modal } from '@mantine/core';
import { IconFileZip } from '@tabler/icons-react';
import { useState } from 'react';
import { BundleReport, ImportBundleResult } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { useJob } from '../../app/use-job.ts';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { type ChosenFile, FileSource } from '../../components/FileSource.tsx';
import { JobFailure } from '../../components/JobFailure.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { BundleReportView } from './BundleReportView.tsx';
import classes from './bundles.module.css';

type Checking = { source: ChosenFile['at']; jobId: string };

/** Checks a bundle that came from elsewhere, shows every check, and registers its model when they pass. */
export function BundleDialog({ onClose }: { onClose: () => void }) {
  const [checking, setChecking] = useState<Checking | null>(null);
  const choose = async ({ at: source }: ChosenFile) => {
    const job = await client.bundles.verify({ body: source });
    setChecking({ source, jobId: job.id });
  };
  return (
    <Modal opened onClose={onClose} title="Import a bundle" size="xl">
      {checking === null ? (
        <FileSource
          label="Bundle"
          text="Drop a bundle here, or"
          accept=".zip"
          placeholder="/models/late-flights.zip"
          icon={IconFileZip}
          onChoose={choose}
        />
      ) : (
        <Checked checking={checking} onAgain={() => setChecking(null)} onClose={onClose} />
      )}
    </Modal>
  );
}

type CheckedProps = { checking: Checking; onAgain: () => void; onClose: () => void };

function Checked({ checking, onAgain, onClose }: CheckedProps) {
  const [acceptUnknownSigner, setAccept] = useState(false);
  const [importId, setImportId] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const { data: check, error: unread } = useJob(checking.jobId);
  const { data: importing } = useJob(importId);
  const report = BundleReport.safeParse(check?.result);
  if (!check) return <ErrorNote error={unread} />;
  if (check.error !== null) return <JobFailure error={check.error} />;
  if (!report.success) return <JobProgress job={check} />;

  const faults = report.data.checks.filter(({ verdict }) => verdict !== 'passed');
  const isStranger = faults.some(({ id }) => id === 'signer');
  const canImport = faults.every(({ id }) => id === 'signer') && (!isStranger || acceptUnknownSigner);
  const start = async () => {
    setError(null);
    try {
      const body = { ...checking.source, acceptUnknownSigner };
      setImportId((await client.bundles.import({ body })).id);
    } catch (thrown) {
      setError(thrown);
    }
  };
  const result = ImportBundleResult.safeParse(importing?.result);
  return (
    <>
      <BundleReportView report={report.data} />
      <ErrorNote error={error} />
      {importing?.error ? <JobFailure error={importing.error} /> : null}
      {importing && !importing.error && !result.success ? <JobProgress job={importing} /> : null}
      <div className={classes.actions}>
        {isStranger && faults.length === 1 && !result.success ? (
          <Checkbox
            label="Take it although nobody here trusts its key"
            checked={acceptUnknownSigner}
            onChange={(event) => setAccept(event.currentTarget.checked)}
          />
        ) : (
          <span role="status">
            {result.success
              ? result.data.change === 'added'
                ? 'Registered.'
                : 'This version is here already.'
              : ''}
          </span>
        )}
        <Button variant="default" onClick={result.success ? onClose : onAgain}>
          {result.success ? 'Close' : 'Another one'}
        </Button>
        {result.success ? (
          <ButtonLink href={paths.model(result.data.model, { version: result.data.version })}>
            Open the model
          </ButtonLink>
        ) : (
          <Button
            disabled={!canImport}
            loading={importId !== null && !importing?.error}
            onClick={() => void start()}
          >
            Register the model
          </Button>
        )}
      </div>
    </>
  );
}
