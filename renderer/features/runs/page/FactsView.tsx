import { Button, TextInput } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { Run } from '../../../../local-api/contract/index.ts';
import { formatBytes, formatCount, NO_VALUE } from '../../../app/format.ts';
import { CodeBlock } from '../../../components/CodeBlock.tsx';
import { Digest } from '../../../components/Digest.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { type Fact, KeyValue } from '../../../components/KeyValue.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import { artifactUrl, useRunText } from '../artifacts/run-files.ts';
import { LineList } from './LineList.tsx';
import classes from './page.module.css';
import { diffFile, packagesOf, partOfPatch, type RunFacts, useRunFacts } from './run-facts.ts';

/** Code, command, machine and packages that a run was made with. */
export function FactsView({ run }: { run: Run }) {
  const query = useRunFacts(run.id);
  const command = run.tags['assay.command'];
  return (
    <div className={classes.column}>
      <Code run={run} />
      {command ? (
        <Panel title="Command" aside={run.tags['assay.cwd']}>
          <CodeBlock code={command} label="Command of the run" />
        </Panel>
      ) : null}
      <QueryView query={query}>
        {(facts) =>
          facts === null ? (
            <EmptyState title="Nothing is known of the machine">
              Trainings and commands started with “assay exec” record machine, packages and code here.
            </EmptyState>
          ) : (
            <>
              <Machine facts={facts} run={run} />
              <Packages lines={facts.python?.packages ?? []} version={facts.python?.version} />
            </>
          )
        }
      </QueryView>
    </div>
  );
}

function Code({ run: { id, tags, source } }: { run: Run }) {
  const commit = tags['assay.git.commit'] ?? tags['mlflow.source.git.commit'];
  const branch = tags['assay.git.branch'] ?? tags['mlflow.source.git.branch'];
  const remote = tags['assay.git.remote'] ?? tags['mlflow.source.git.repoURL'];
  const isDirty = tags['assay.git.dirty'] === 'true';
  return (
    <>
      <Panel title="Code">
        <KeyValue
          columns={2}
          facts={[
            {
              label: 'Commit',
              value: commit ? (
                <>
                  <Digest value={commit} length={12} />{' '}
                  {isDirty ? <ToneBadge tone="warn">with changes</ToneBadge> : null}
                </>
              ) : (
                'not versioned, or not known'
              ),
            },
            { label: 'Branch', value: branch ?? NO_VALUE },
            { label: 'Repository', value: remote ?? NO_VALUE },
            { label: 'Made by', value: source },
          ]}
        />
      </Panel>
      {isDirty ? <Diff runId={id} /> : null}
    </>
  );
}

function Diff({ runId }: { runId: string }) {
  const query = useRunText(runId, diffFile);
  const lines = useMemo(() => (query.data ?? '').replace(/\n$/, '').split('\n'), [query.data]);
  return (
    <Panel
      title="Uncommitted changes"
      padding="none"
      aside={
        query.data ? (
          <Button
            component="a"
            href={artifactUrl(runId, diffFile)}
            download="diff.patch"
            variant="default"
            leftSection={<IconDownload size={14} />}
          >
            Download
          </Button>
        ) : undefined
      }
    >
      <QueryView query={query}>
        {(text) =>
          text === null ? (
            <EmptyState title="No tracked file was changed">
              The work tree only had files that git does not track.
            </EmptyState>
          ) : (
            <LineList label="Uncommitted changes" lines={lines} partOf={partOfPatch} />
          )
        }
      </QueryView>
    </Panel>
  );
}

function Machine({ facts, run }: { facts: RunFacts; run: Run }) {
  const { os, cpu, memoryMegabytes, gpus = [], node, python } = facts;
  const known: [string, string | undefined][] = [
    ['Machine', facts.host],
    ['User', facts.user ?? run.user],
    ['System', os && [os.platform, os.release, os.arch].filter(Boolean).join(' ')],
    ['Processor', cpu && `${cpu.cores ?? '?'} × ${cpu.model ?? 'unknown'}`],
    ['Memory', memoryMegabytes === undefined ? undefined : formatBytes(memoryMegabytes * 2 ** 20)],
    ...gpus.map((gpu, index): [string, string] => [
      `GPU ${index}`,
      `${gpu.name}${gpu.driver ? `, driver ${gpu.driver}` : ''}`,
    ]),
    ['Assay', facts.assay],
    ['Node', node?.version],
    ['Python', python?.version && `${python.version} (${python.executable ?? ''})`],
    ['Folder', facts.workingDirectory],
  ];
  const lockFile = node?.lockFile;
  const rows: Fact[] = known.flatMap(([label, value]) => (value ? [{ label, value }] : []));
  if (lockFile) {
    const value = (
      <>
        {formatCount(lockFile.packages)} packages <Digest value={lockFile.digest} />
      </>
    );
    rows.push({ label: 'package-lock.json', value });
  }
  const untracked = facts.git?.untracked ?? [];
  if (untracked.length > 0) rows.push({ label: 'Untracked files', value: untracked.slice(0, 20).join(', ') });
  return (
    <Panel title="Machine and programs">
      <KeyValue columns={2} facts={rows} />
    </Panel>
  );
}

function Packages({ lines, version }: { lines: readonly string[]; version: string | undefined }) {
  const [find, setFind] = useState('');
  const packages = useMemo(() => packagesOf(lines), [lines]);
  if (packages.length === 0) return null;
  const wanted = find.trim().toLowerCase();
  const shown = packages.filter(({ name }) => name.toLowerCase().includes(wanted));
  return (
    <Panel
      title={`Packages of Python ${version ?? ''}`}
      padding="none"
      aside={`${formatCount(shown.length)} of ${formatCount(packages.length)}`}
    >
      <div className={classes.tools}>
        <TextInput
          aria-label="Find a package"
          placeholder="Find a package"
          value={find}
          onChange={(event) => setFind(event.currentTarget.value)}
        />
      </div>
      <PlainTable
        label="Packages"
        maxHeight={320}
        rows={shown}
        keyOf={({ name }) => name}
        columns={[
          { name: 'Package', cell: ({ name }) => name },
          { name: 'Version', cell: ({ version: installed }) => installed },
        ]}
      />
    </Panel>
  );
}
