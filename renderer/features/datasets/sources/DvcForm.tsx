import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DvcInspection } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { ErrorNote } from '../../../components/ErrorNote.tsx';
import { Panel } from '../../../components/Panel.tsx';
import classes from '../import.module.css';
import type { ChosenSource } from '../import-draft.ts';
import { DvcOutputs } from './DvcOutputs.tsx';
import { DvcRemotes } from './DvcRemotes.tsx';
import styles from './sources.module.css';

type Props = {
  onChoose: (chosen: ChosenSource) => void;
  /** Looked at from the start. */
  path?: string;
};

/** An output that DVC keeps: a repository or a file of it is named, then one of its outputs is picked. */
export function DvcForm({ onChoose, path: given = '' }: Props) {
  const [path, setPath] = useState(given);
  const [asked, setAsked] = useState(given);
  const [remote, setRemote] = useState<string | null>(null);
  const found = useQuery({
    queryKey: ['dvc', 'outputs', asked],
    queryFn: ({ signal }) => client.dvc.inspect({ body: { path: asked }, signal }),
    enabled: asked !== '',
    retry: false,
    staleTime: 0,
  });
  const choose = (output: DvcInspection['outputs'][number], inside: string) => {
    const name = inside === '' ? output.name : `${output.name}/${inside}`;
    onChoose({
      source: { kind: 'dvc', path: asked, output: name, ...(remote === null ? {} : { remote }) },
      name: inside.includes('*') ? output.name : name,
    });
  };
  return (
    <div className={styles.stack}>
      <Panel title="A repository of DVC, where the engine runs">
        <form
          className={styles.fields}
          onSubmit={(event) => {
            event.preventDefault();
            setRemote(null);
            if (path.trim() === asked) void found.refetch();
            else setAsked(path.trim());
          }}
        >
          <div className={classes.pathForm}>
            <TextInput
              aria-label="Path of the repository or of a file of DVC"
              placeholder="/projects/flights or /projects/flights/data/2001.csv.dvc"
              value={path}
              onChange={(event) => setPath(event.currentTarget.value)}
              className={classes.path}
              spellCheck={false}
            />
            <Button type="submit" variant="default" disabled={path.trim() === ''} loading={found.isFetching}>
              Show its outputs
            </Button>
          </div>
          <p className={classes.help}>
            A folder, a .dvc file, a dvc.lock or dvc.yaml. Content is read from the repository, its cache or a
            remote; its MD5 is verified.
          </p>
          <ErrorNote error={found.error} />
        </form>
      </Panel>
      {found.data === undefined || found.error ? null : (
        <>
          <DvcOutputs key={asked} found={found.data} onChoose={choose} />
          <DvcRemotes remotes={found.data.remotes} chosen={remote} onChoose={setRemote} />
        </>
      )}
    </div>
  );
}
