import { useQueryClient } from '@tanstack/react-query';
import type { Dataset, DatasetVersion } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatDateTime } from '../../app/format.ts';
import { keys } from '../../app/queries.ts';
import { CodeBlock } from '../../components/CodeBlock.tsx';
import { Digest } from '../../components/Digest.tsx';
import { EditableMarkdown } from '../../components/EditableMarkdown.tsx';
import { type Fact, KeyValue } from '../../components/KeyValue.tsx';
import { Panel } from '../../components/Panel.tsx';
import classes from './dataset.module.css';

/** Where the rows came from, as exactly as it is known. */
function originOf({ source, sourceName }: DatasetVersion): string {
  if (source.kind === 'path' || source.kind === 'paths') return source.path;
  if (source.kind === 'http') return source.url;
  if (source.kind === 'dvc' && source.found !== undefined) return `${source.found.root}/${source.found.path}`;
  if ((source.kind === 'postgres' || source.kind === 'mysql') && source.query !== undefined)
    return `${source.connection}: ${source.query}`;
  return sourceName;
}

/** Which content of a repository of DVC it was. */
function dvcFacts({ source }: DatasetVersion): Fact[] {
  if (source.kind !== 'dvc' || source.found === undefined) return [];
  const { md5, file, stage, files, pattern, commit } = source.found;
  return [
    { label: 'DVC', value: stage === null ? file : `${file}, stage ${stage}` },
    { label: 'MD5', value: <Digest value={md5} length={20} /> },
    ...(files > 1 || pattern !== undefined
      ? [{ label: 'Files', value: pattern === undefined ? String(files) : `${files}: ${pattern}` }]
      : []),
    ...(commit === null ? [] : [{ label: 'Commit', value: <Digest value={commit} length={20} /> }]),
  ];
}

/** What people wrote about a dataset, and how the version shown came to be. */
export function AboutView({ dataset, version }: { dataset: Dataset; version: DatasetVersion }) {
  const cache = useQueryClient();
  const save = async (description: string) => {
    const next = await client.datasets.update({ params: { dataset: dataset.name }, body: { description } });
    cache.setQueryData(keys.item('datasets', dataset.name), next);
  };
  const facts: Fact[] = [
    { label: 'Id', value: <Digest value={version.id} length={20} /> },
    { label: 'Digest', value: <Digest value={version.digest} length={20} /> },
    { label: 'Imported', value: formatDateTime(version.createdAtMs) },
    { label: 'From', value: originOf(version) },
    ...dvcFacts(version),
    ...(version.note ? [{ label: 'Note', value: version.note }] : []),
    ...Object.entries(version.tags).map(([key, value]) => ({ label: key, value })),
  ];
  return (
    <div className={classes.scroll}>
      <div className={classes.about}>
        <Panel title="Description">
          <EditableMarkdown
            text={dataset.description}
            onSave={save}
            label="Description"
            empty="Nothing is written about this dataset yet."
          />
        </Panel>
        <div>
          <Panel title={`Version ${version.version}`}>
            <KeyValue facts={facts} />
          </Panel>
          <Panel title="How the file was read">
            <CodeBlock label="Read options as JSON" code={JSON.stringify(version.options, null, 2)} />
          </Panel>
        </div>
      </div>
    </div>
  );
}
