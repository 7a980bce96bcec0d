import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { DvcInspection } from '../../../../local-api/contract/index.ts';
import { formatBytes, formatCount, formatPlural } from '../../../app/format.ts';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import classes from '../import.module.css';
import styles from './sources.module.css';

type Output = DvcInspection['outputs'][number];
type Props = {
  found: DvcInspection;
  /** `inside`: a file or a pattern in a directory, "" for all of it. */
  onChoose: (output: Output, inside: string) => void;
};

/** More than these are searched by name. */
const MANY = 8;

/** What a repository keeps; one of it is picked, of a directory all files or some. */
export function DvcOutputs({ found, onChoose }: Props) {
  const [search, setSearch] = useState('');
  const [pattern, setPattern] = useState('');
  const { outputs, commit, problems, truncated } = found;
  const wanted = search.trim().toLowerCase();
  const shown = outputs.filter(({ name, stage }) => `${name} ${stage ?? ''}`.toLowerCase().includes(wanted));
  const hasDirectory = shown.some(({ isDirectory }) => isDirectory);
  return (
    <Panel
      title={formatPlural(outputs.length, 'output')}
      aside={commit === null ? found.root : `${found.root} · commit ${commit.slice(0, 8)}`}
    >
      <div className={styles.fields}>
        {outputs.length <= MANY ? null : (
          <TextInput
            aria-label="Search outputs"
            placeholder="Search"
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        )}
        <PlainTable
          label="Outputs of DVC"
          isInset
          rows={shown}
          keyOf={({ path, file }) => `${file} ${path}`}
          columns={[
            {
              name: 'Output',
              cell: ({ name, isDirectory }) => <code>{isDirectory ? `${name}/` : name}</code>,
            },
            outputs.some(({ stage }) => stage !== null)
              ? { name: 'Stage', cell: ({ stage }) => stage ?? '' }
              : null,
            {
              name: 'Size',
              isNumber: true,
              cell: ({ sizeBytes }) => (sizeBytes === null ? '' : formatBytes(sizeBytes)),
            },
            {
              name: 'Files',
              isNumber: true,
              cell: ({ files }) => (files === null ? '' : formatCount(files)),
            },
            { name: 'Here', cell: whereOf, cellHint: ({ md5 }) => `MD5 ${md5}` },
            {
              name: <span className="a-hidden">Choose</span>,
              id: 'choose',
              isNumber: true,
              cell: (output) => (
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={`Look at ${output.name}`}
                  onClick={() => onChoose(output, output.isDirectory ? pattern.trim() : '')}
                >
                  Look at it
                </Button>
              ),
            },
          ]}
        />
        {hasDirectory ? (
          <TextInput
            label="Of a directory only these files"
            description="A file, or a pattern; empty for all of them as one table."
            placeholder="2001-*.csv"
            value={pattern}
            onChange={(event) => setPattern(event.currentTarget.value)}
            spellCheck={false}
          />
        ) : null}
        {truncated ? (
          <p className={classes.help}>There are more: give a folder or file further below.</p>
        ) : null}
        {problems.length === 0 ? null : (
          <ul className={classes.help}>
            {problems.slice(0, 10).map(({ path, message }) => (
              <li key={`${path} ${message}`}>{message}</li>
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}

function whereOf({ inRepository, inCache }: Output): string {
  if (!inRepository && !inCache) return 'in the remote alone';
  return [...(inRepository ? ['repository'] : []), ...(inCache ? ['cache'] : [])].join(', ');
}
