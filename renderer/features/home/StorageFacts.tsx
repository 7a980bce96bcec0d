import type { WorkspaceInfo } from '../../../local-api/contract/index.ts';
import { formatBytes } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { Panel } from '../../components/Panel.tsx';
import classes from './home.module.css';

/** What the workspace takes on disk, and on which machine it is. */
export function StorageFacts({ info }: { info: WorkspaceInfo }) {
  const { storage, machine } = info;
  const parts = [
    { label: 'Datasets', bytes: storage.datasetBytes },
    { label: 'Artifacts', bytes: storage.artifactBytes },
    { label: 'Database', bytes: storage.databaseBytes },
  ];
  const total = parts.reduce((sum, part) => sum + part.bytes, 0);
  const saved = storage.artifactLogicalBytes - storage.artifactBytes;
  return (
    <Panel title="Storage" aside={<span>{formatBytes(total)}</span>}>
      <div className={classes.storageBar} aria-hidden="true">
        {parts.map((part, index) => (
          <span
            key={part.label}
            data-part={index}
            style={{ flexGrow: total === 0 ? 0 : Math.max(part.bytes / total, 0.004) }}
          />
        ))}
      </div>
      <dl className={classes.storage}>
        {parts.map((part, index) => (
          <div key={part.label}>
            <dt>
              <span className={classes.swatch} data-part={index} aria-hidden="true" />
              {part.label}
            </dt>
            <dd>{formatBytes(part.bytes)}</dd>
          </div>
        ))}
      </dl>
      {saved > 0 ? (
        <p className="a-dim">Sharing and compression save {formatBytes(saved)} of artifacts.</p>
      ) : null}
      <p className="a-dim">
        {machine.cpus} cores, {formatBytes(machine.memoryBytes)} memory, {machine.platform}.{' '}
        <AppLink href={paths.settings}>Settings</AppLink>
      </p>
    </Panel>
  );
}
