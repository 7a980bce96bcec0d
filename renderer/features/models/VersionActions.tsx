import { Button, Menu } from '@mantine/core';
import {
  IconActivity,
  IconArchive,
  IconArchiveOff,
  IconAt,
  IconChevronDown,
  IconClockOff,
  IconCloudUpload,
  IconDownload,
  IconFolderShare,
  IconServerCog,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { urlOf } from '../../../local-api/client/url-of.ts';
import { api, type Model, type ModelVersion } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { toast, toastFault } from '../../components/toasts.tsx';
import { DeployFilesDialog } from '../deploy-files/index.ts';
import { PushDialog } from '../targets/PushDialog.tsx';
import { AliasDialog } from './AliasDialog.tsx';
import { DeprecateDialog } from './DeprecateDialog.tsx';
import { ExportDialog } from './ExportDialog.tsx';

type Props = { model: Model; version: ModelVersion; onDeleted: () => void };

/** What can be done with a version: alias, export, archive, delete. */
export function VersionActions({ model, version, onDeleted }: Props) {
  const cache = useQueryClient();
  const [dialog, setDialog] = useState<'alias' | 'export' | 'deploy-files' | 'deprecate' | 'push' | null>(
    null,
  );
  const params = { model: version.model, version: version.version };
  const refresh = () => cache.invalidateQueries({ queryKey: ['models'] });
  const archive = (status: 'ready' | 'archived') =>
    client.models.updateVersion({ params, body: { status } }).then(refresh, toastFault);
  const undeprecate = () => client.releases.undeprecate({ params }).then(refresh, toastFault);
  const removeAlias = (alias: string) =>
    client.models.deleteAlias({ params: { model: model.name, alias } }).then(refresh, toastFault);
  const remove = () =>
    client.models
      .deleteVersion({ params })
      .then(() => {
        toast({ title: `Deleted ${version.model} ${version.version}` });
        onDeleted();
        return refresh();
      })
      .catch(toastFault);
  return (
    <>
      <Button variant="default" leftSection={<IconAt size={15} />} onClick={() => setDialog('alias')}>
        Set alias …
      </Button>
      {version.signature === null ? null : (
        <ButtonLink variant="default" href={driftLink(version)} leftSection={<IconActivity size={15} />}>
          Check drift
        </ButtonLink>
      )}
      {version.digest === null ? null : (
        <Button
          variant="default"
          leftSection={<IconCloudUpload size={15} />}
          onClick={() => setDialog('push')}
        >
          Push …
        </Button>
      )}
      {version.digest === null ? null : (
        <Menu position="bottom-end" width={210}>
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={14} />}>
              Export
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconFolderShare size={15} />} onClick={() => setDialog('export')}>
              As a folder …
            </Menu.Item>
            <Menu.Item leftSection={<IconServerCog size={15} />} onClick={() => setDialog('deploy-files')}>
              As files to deploy …
            </Menu.Item>
            <Menu.Item
              leftSection={<IconDownload size={15} />}
              component="a"
              href={urlOf(api.models.file, { params })}
              download={`${version.model}-${version.version}.onnx`}
            >
              Download the ONNX file
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <Menu position="bottom-end" width={210}>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} />}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {version.status === 'ready' ? (
            <Menu.Item leftSection={<IconArchive size={15} />} onClick={() => void archive('archived')}>
              Archive
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<IconArchiveOff size={15} />} onClick={() => void archive('ready')}>
              Bring back from the archive
            </Menu.Item>
          )}
          {version.deprecation === null ? (
            <Menu.Item leftSection={<IconClockOff size={15} />} onClick={() => setDialog('deprecate')}>
              Deprecate …
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<IconClockOff size={15} />} onClick={() => void undeprecate()}>
              Take the deprecation back
            </Menu.Item>
          )}
          {version.aliases.map((alias) => (
            <Menu.Item key={alias} leftSection={<IconAt size={15} />} onClick={() => void removeAlias(alias)}>
              Remove alias {alias}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ConfirmButton question={deleteQuestion(version)} confirmLabel="Delete" onConfirm={() => void remove()}>
        Delete
      </ConfirmButton>
      {dialog === 'alias' ? (
        <AliasDialog model={model} version={version} onClose={() => setDialog(null)} />
      ) : null}
      {dialog === 'push' ? <PushDialog version={version} onClose={() => setDialog(null)} /> : null}
      {dialog === 'deprecate' ? <DeprecateDialog version={version} onClose={() => setDialog(null)} /> : null}
      {dialog === 'deploy-files' ? (
        <DeployFilesDialog version={version} onClose={() => setDialog(null)} />
      ) : null}
      {dialog === 'export' ? <ExportDialog version={version} onClose={() => setDialog(null)} /> : null}
    </>
  );
}

function deleteQuestion(version: ModelVersion): string {
  const aliases =
    version.aliases.length > 0
      ? ` Its aliases (${version.aliases.join(', ')}) go with it, and calls of them fail.`
      : '';
  return `Delete version ${version.version}? This cannot be undone.${aliases} The run that made it stays.`;
}

/** The test rows of the version against the newest requests that it answered, at whatever endpoint. */
function driftLink({ model, version }: ModelVersion): string {
  return paths.newDrift({
    referenceWindow: JSON.stringify({ kind: 'baseline', model: `${model}/${version}`, part: 'test' }),
    currentWindow: JSON.stringify({ kind: 'requests', model, version, last: 1000 }),
  });
}
