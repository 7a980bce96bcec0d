import { useState } from 'react';
import type { DeploymentFiles } from '../../../local-api/contract/index.ts';
import { formatBytes } from '../../app/format.ts';
import { CodeBlock } from '../../components/CodeBlock.tsx';
import { ScrollRegion } from '../../components/ScrollRegion.tsx';
import classes from './deploy-files.module.css';

/** The files as they would be written, and what has to be there before they work. */
export function FilesPreview({ shown }: { shown: DeploymentFiles }) {
  const [path, setPath] = useState<string | null>(null);
  const file = shown.files.find((one) => one.path === path) ?? shown.files[0];
  return (
    <div className={classes.preview}>
      <ScrollRegion label="Files" className={classes.files}>
        <ul>
          {shown.files.map((one) => (
            <li key={one.path}>
              <button
                type="button"
                aria-pressed={one.path === file?.path}
                onClick={() => setPath(one.path)}
                title={`${one.path}, ${formatBytes(one.sizeBytes)}`}
              >
                {one.path}
              </button>
            </li>
          ))}
        </ul>
      </ScrollRegion>
      <div className={classes.content}>
        {file === undefined ? null : (
          <CodeBlock code={file.text ?? 'Too long to show.'} label={file.path} maxHeight={420} />
        )}
      </div>
      <div className={classes.needs}>
        <h3>Needs</h3>
        <ul>
          {shown.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}
