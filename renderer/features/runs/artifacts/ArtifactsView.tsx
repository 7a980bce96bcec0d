import { IconFile, IconFolder } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { client } from '../../../app/api.ts';
import { formatBytes } from '../../../app/format.ts';
import { keys } from '../../../app/queries.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { ArtifactPreview } from './ArtifactPreview.tsx';
import classes from './ArtifactsView.module.css';
import { type ArtifactNode, allFiles, artifactTree, firstFile } from './artifact-tree.ts';

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
  const shown = path ?? firstFile(tree);
  const file = allFiles(tree).find((candidate) => candidate.path === shown);
  return (
    <div className={classes.files}>
      <nav className={classes.tree} aria-label="Files of this run">
        <Branch nodes={tree} current={file?.path} onPath={onPath} />
      </nav>
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

type BranchProps = {
  nodes: readonly ArtifactNode[];
  current: string | undefined;
  onPath: (path: string) => void;
};

function Branch({ nodes, current, onPath }: BranchProps) {
  return (
    <ul className={classes.branch}>
      {nodes.map((node) => (
        <li key={node.path}>
          {node.children ? (
            <details open>
              <summary className={classes.node}>
                <IconFolder size={15} aria-hidden="true" /> {node.name}
              </summary>
              <Branch nodes={node.children} current={current} onPath={onPath} />
            </details>
          ) : (
            <button
              type="button"
              className={classes.node}
              aria-current={node.path === current ? 'true' : undefined}
              onClick={() => onPath(node.path)}
            >
              <IconFile size={15} aria-hidden="true" />
              <span className="a-truncate">{node.name}</span>
              <span className={classes.size}>{formatBytes(node.sizeBytes)}</span>
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
