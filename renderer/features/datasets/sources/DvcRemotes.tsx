import { Select } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { DvcInspection } from '../../../../local-api/contract/index.ts';
import { Panel } from '../../../components/Panel.tsx';
import classes from '../import.module.css';
import { ConnectionField } from './ConnectionField.tsx';
import styles from './sources.module.css';

type Props = {
  remotes: DvcInspection['remotes'];
  /** Null: the default one. */
  chosen: string | null;
  onChoose: (remote: string | null) => void;
};

/** Where content comes from that is not on this machine, and with whose credentials. */
export function DvcRemotes({ remotes, chosen, onChoose }: Props) {
  const cache = useQueryClient();
  if (remotes.length === 0) return null;
  const remote =
    remotes.find(({ name, isDefault }) => (chosen === null ? isDefault : name === chosen)) ?? null;
  const takesConnection = remote !== null && ['s3', 'gcs', 'azure-blob'].includes(remote.kind);
  return (
    <Panel title="What is not on this machine">
      <div className={styles.fields}>
        <Select
          label="Remote"
          data={remotes.map(({ name, url, isDefault }) => ({
            value: name,
            label: `${name}${isDefault ? ' (default)' : ''}: ${url}`,
          }))}
          value={remote?.name ?? null}
          placeholder="None is the default"
          allowDeselect={false}
          onChange={(name) => onChoose(remotes.find((known) => known.name === name)?.isDefault ? null : name)}
        />
        {remote?.kind === 'other' ? (
          <p className={classes.help}>
            Remotes of this kind are not read here: what “dvc pull” has brought to the cache is.
          </p>
        ) : null}
        {takesConnection && remote.connection !== null ? (
          <p className={classes.help}>It is read with the connection “{remote.connection}”.</p>
        ) : null}
        {takesConnection && remote.connection === null ? (
          <>
            <p className={classes.help}>
              Its credentials are those in the settings of DVC, if they are there. A connection to the same
              bucket goes before them.
            </p>
            <ConnectionField
              label="Connection"
              kinds={[remote.kind]}
              value={null}
              onChange={() => void cache.invalidateQueries({ queryKey: ['dvc'] })}
              isOptional
            />
          </>
        ) : null}
      </div>
    </Panel>
  );
}
