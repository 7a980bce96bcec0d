import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Panel } from '../../../components/Panel.tsx';
import classes from '../import.module.css';
import type { ChosenSource } from '../import-draft.ts';
import { type ManyFiles, ManyFilesOptions } from './ManyFilesOptions.tsx';
import styles from './sources.module.css';

/** All files of a folder, or those of a pattern, as one table. */
export function FolderForm({ onChoose }: { onChoose: (chosen: ChosenSource) => void }) {
  const [path, setPath] = useState('');
  const [options, setOptions] = useState<ManyFiles>({});
  const given = path.trim();
  return (
    <Panel title="Several files where the engine runs, as one dataset">
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault();
          if (given === '') return;
          onChoose({ source: { kind: 'paths', path: given }, name: given, options });
        }}
      >
        <TextInput
          label="Folder or pattern"
          description="A folder is read with its subfolders. * stands for any text, ** for any folders."
          placeholder="/data/sales/2024-*.csv"
          value={path}
          onChange={(event) => setPath(event.currentTarget.value)}
        />
        <ManyFilesOptions value={options} onChange={setOptions} />
        <p className={classes.help}>
          Columns are united by name; what a file lacks is missing in its rows, and a warning says so.
        </p>
        <div className={styles.buttons}>
          <Button type="submit" disabled={given === ''}>
            Look at them
          </Button>
        </div>
      </form>
    </Panel>
  );
}
