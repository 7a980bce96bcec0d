import { Button } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { paths } from '../../app/paths.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { CodeBlock } from '../../components/CodeBlock.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ExportRunsDialog } from './ExportRunsDialog.tsx';
import { ImportForm } from './ImportForm.tsx';
import { ImportProgress } from './ImportProgress.tsx';
import classes from './imports.module.css';

/** Takes over the runs of another tracker: where they are, how far it is, what came and what did not. */
export function ImportRunsPage() {
  const search = useSearch({ from: '/import-runs' });
  const navigate = useNavigate();
  const [isExporting, setExporting] = useState(false);
  const show = (job: string | undefined) =>
    void navigate({ to: '/import-runs', search: job === undefined ? {} : { job } });
  return (
    <Page width="narrow">
      <PageHeader
        title="Import runs"
        crumbs={[{ label: 'Experiments', href: paths.experiments }]}
        description="From MLflow, W&B, TensorBoard or Aim, with ids, times, histories and files. Importing again adds only what is new."
      />
      <div className={classes.columns}>
        {search.job === undefined ? (
          <ImportForm path={search.path ?? ''} onStarted={(job) => show(job.id)} />
        ) : (
          <ImportProgress jobId={search.job} onAnother={() => show(undefined)} />
        )}
        <Panel title="The other way">
          <p>
            Runs leave as they came: into a folder that MLflow opens, or to an MLflow server. A table of runs
            also exports those that are selected or match: <AppLink href={paths.runs()}>All runs</AppLink>.
          </p>
          <Button variant="default" onClick={() => setExporting(true)} mb="sm">
            Export runs …
          </Button>
          <CodeBlock
            label="Commands that export runs"
            code={
              'assay runs-export folder/\nassay runs-export --to https://mlflow.example.com --filter "tags.team = \'vision\'"'
            }
          />
        </Panel>
      </div>
      {isExporting ? (
        <ExportRunsDialog runs={{ filter: undefined }} asksFilter onClose={() => setExporting(false)} />
      ) : null}
    </Page>
  );
}
