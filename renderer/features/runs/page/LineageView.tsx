import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ModelVersion, Run, RunLineage } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { formatPlural } from '../../../app/format.ts';
import { paths } from '../../../app/paths.ts';
import { AppLink } from '../../../components/AppLink.tsx';
import { Digest } from '../../../components/Digest.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import classes from './page.module.css';

/** The query lies under `models`, so that a registration shows at once. */
export function useLineage(runId: string) {
  return useQuery({
    queryKey: ['models', 'lineage', runId],
    queryFn: ({ signal }) => client.runLineage.get({ params: { runId }, signal }),
  });
}

/** Data → run → model versions → where they answer and what watches the data. */
export function LineageView({ run }: { run: Run }) {
  const { data } = useLineage(run.id);
  if (!data) return null;
  const aliases = data.models.flatMap((version) => version.aliases.map((alias) => ({ version, alias })));
  return (
    <ol className={classes.lineage} aria-label="From data to use">
      <Stage>
        {data.data.length === 0 ? <Node kind="Data">none was logged</Node> : null}
        {data.data.map((input) => (
          <Node key={`${input.name} ${input.digest} ${input.context}`} kind={dataKind(input)}>
            {input.dataset === null || input.version === null ? (
              input.name
            ) : (
              <AppLink href={paths.dataset(input.dataset, { version: input.version })}>
                {input.dataset} version {input.version}
              </AppLink>
            )}{' '}
            {input.digest ? <Digest value={input.digest} /> : null}
          </Node>
        ))}
      </Stage>
      <Stage>
        <Node kind="This run" isRun>
          {run.name}
        </Node>
      </Stage>
      {data.models.length === 0 ? null : (
        <Stage>
          {data.models.map((version) => (
            <Node key={nameOf(version)} kind="Model">
              <AppLink href={paths.model(version.model, { version: version.version })}>
                {nameOf(version)}
              </AppLink>
            </Node>
          ))}
        </Stage>
      )}
      {aliases.length + data.driftReports.length === 0 ? null : (
        <Stage>
          {aliases.map(({ version, alias }) => (
            <Node key={`${version.model}@${alias}`} kind="Answers as">
              {version.model}@{alias}
            </Node>
          ))}
          {data.driftReports.slice(0, 5).map((report) => (
            <Node key={report.id} kind="Drift of its data">
              <AppLink href={paths.driftReport(report.id)}>{report.currentName}</AppLink>{' '}
              <ToneBadge tone={report.drifted ? 'warn' : 'good'}>
                {report.drifted ? 'drifted' : 'no drift'}
              </ToneBadge>
            </Node>
          ))}
        </Stage>
      )}
    </ol>
  );
}

function dataKind(input: RunLineage['data'][number]): string {
  const context = input.context === '' ? 'Data' : `Data (${input.context})`;
  return input.rows === null ? context : `${context}, ${formatPlural(input.rows, 'row')}`;
}

function nameOf(version: ModelVersion): string {
  return `${version.model} ${version.version}`;
}

function Stage({ children }: { children: ReactNode }) {
  return (
    <li className={classes.stage}>
      <div className={classes.nodes}>{children}</div>
    </li>
  );
}

function Node({ kind, isRun = false, children }: { kind: string; isRun?: boolean; children: ReactNode }) {
  return (
    <div className={classes.node} data-kind={isRun ? 'run' : undefined}>
      <div className={classes.kind}>{kind}</div>
      {children}
    </div>
  );
}
