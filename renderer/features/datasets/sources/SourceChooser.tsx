import { useState } from 'react';
import { Tabs } from '../../../components/Tabs.tsx';
import type { ChosenSource } from '../import-draft.ts';
import { BucketForm } from './BucketForm.tsx';
import { DatabaseForm } from './DatabaseForm.tsx';
import { DvcForm } from './DvcForm.tsx';
import { FileForm } from './FileForm.tsx';
import { FolderForm } from './FolderForm.tsx';
import { PasteForm } from './PasteForm.tsx';
import { Samples } from './Samples.tsx';
import classes from './sources.module.css';
import { WebForm } from './WebForm.tsx';

const kinds = [
  { id: 'file', label: 'File', form: FileForm },
  { id: 'folder', label: 'Folder', form: FolderForm },
  { id: 'paste', label: 'Paste', form: PasteForm },
  { id: 'database', label: 'Database', form: DatabaseForm },
  { id: 'web', label: 'Web address', form: WebForm },
  { id: 'bucket', label: 'Bucket', form: BucketForm },
  { id: 'dvc', label: 'DVC', form: DvcForm },
  { id: 'sample', label: 'Sample', form: Samples },
] as const;

/** Where the data comes from: files, pasted text, databases, services, buckets, samples. */
export function SourceChooser({ onChoose }: { onChoose: (chosen: ChosenSource) => void }) {
  const [chosen, setChosen] = useState('file');
  const { form: Form, label } = kinds.find(({ id }) => id === chosen) ?? kinds[0];
  return (
    <div className={classes.chooser}>
      <Tabs
        label="Where the data comes from"
        items={kinds}
        value={chosen}
        onChange={setChosen}
        panelId="source"
      />
      <div id="source" role="tabpanel" aria-label={label} className={classes.source}>
        <Form onChoose={onChoose} />
      </div>
    </div>
  );
}
