import { IconFile } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { client } from '../../../app/api.ts';
import { keys } from '../../../app/queries.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { ArtifactPreview } from './ArtifactPreview.tsx';
import classes from './ArtifactsView.module.css';
import { allFiles, artifactTree, firstFile } from './artifact-tree.ts';
import { FileTree } from './FileTree.tsx';

type Props = { runId: string; path: string | undefined; onPath: (path: string) => void };

/** The files of a run: a tree at the left, a look inside at the right. */
export function ArtifactsView({ runId, path, onPath }: Props) {
  const query = useQuery({
    queryKey: keys.part('runs', runId, 'artifacts'),
    queryFn: ({ signal }) => client.runs.artifacts({ params: { runId }, query: { recursive: true }, signal }),
  });
  return (
    <QueryView query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState icon={IconFile} title="No files yet">
            Trained models, evaluations and whatever a script attaches appear here.
          </EmptyState>
        ) : (
          <Files runId={runId} items={items} path={path} onPath={onPath} />
        )
      }
    </QueryView>
  );
}

type FilesProps = Props & { items: Parameters<typeof artifactTree>[0] };

function Files({ runId, items, path, onPath }: FilesProps) {
  const tree = useMemo(() => artifactTree(items), [items]);
  const files = useMemo(() => allFiles(tree), [tree]);
  const shown = path ?? firstFile(tree);
  const file = files.find((candidate) => candidate.path === shown);
  return (
    <div className={classes.files}>
      <FileTree runId={runId} tree={tree} files={files.length} current={file?.path} onPath={onPath} />
      <div className={classes.preview}>
        {file ? (
          <ArtifactPreview key={file.path} runId={runId} file={file} />
        ) : (
          <EmptyState icon={IconFile} title={path ? `There is no file ${path}` : 'Choose a file'} />
        )}
      </div>
    </div>
  );
}
