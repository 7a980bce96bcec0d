import { Button, Menu, TextInput } from '@mantine/core';
import { IconArrowBackUp, IconDownload, IconUpload, IconWand } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type DataSchema,
  type DataSchemaVersion,
  type DatasetVersion,
  SchemaFormat,
  type SchemaOrigin,
} from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatPlural } from '../../app/format.ts';
import { keys } from '../../app/queries.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { toast, toastFault } from '../../components/toasts.tsx';
import { ColumnRules } from './ColumnRules.tsx';
import { CroissantDialog } from './CroissantDialog.tsx';
import { InferPanel } from './InferPanel.tsx';
import { pickSchemaFile, saveExport } from './schema-files.ts';
import { TableRules } from './TableRules.tsx';
import { useDraft } from './use-draft.ts';
import classes from './validation.module.css';

type Props = {
  version: DatasetVersion;
  active: DataSchemaVersion | null;
  onSaved: () => void;
};

const formatLabels: Record<SchemaFormat, string> = {
  assay: 'Schema of Assay',
  'json-schema': 'JSON Schema',
  frictionless: 'Table Schema (Frictionless)',
  croissant: 'Croissant, with the rows …',
};

/** Columns of a version without any rule: what a schema by hand begins with. */
function plainSchema({ columns }: DatasetVersion): DataSchema {
  return {
    columns: columns.map(({ name, type }) => ({
      name,
      type,
      required: true,
      severity: 'error',
      description: '',
      rules: [],
    })),
    rows: [],
    extraColumns: 'warn',
    columnOrder: 'allow',
  };
}

/** The schema of a dataset: edited in a draft, checked as it is typed, saved as a new version. */
export function SchemaView({ version, active, onSaved }: Props) {
  const cache = useQueryClient();
  const { dataset } = version;
  const { base, draft, isChanged, change, undo } = useDraft(active?.schema ?? plainSchema(version));
  const [origin, setOrigin] = useState<SchemaOrigin>('edited');
  const [isInferring, setInferring] = useState(active === null);
  const [isDescribing, setDescribing] = useState(false);
  const [note, setNote] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const check = useQuery({
    queryKey: keys.part('datasets', dataset, 'schemas', 'check', version.id, draft),
    queryFn: ({ signal }) =>
      client.dataSchemas.check({ body: { schema: draft, versionId: version.id }, signal }),
    enabled: isChanged,
  });
  const problems = isChanged ? (check.data?.problems ?? []) : [];
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      const saved = await client.dataSchemas.save({
        params: { dataset },
        body: { schema: draft, note, origin },
      });
      await client.dataValidations.create({ body: { versionId: version.id, schemaVersion: saved.version } });
      await cache.invalidateQueries({ queryKey: keys.part('datasets', dataset, 'schemas') });
      toast({
        title: `Schema ${saved.version} is the active one; v${version.version} is being checked`,
        tone: 'good',
      });
      onSaved();
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  const read = () =>
    pickSchemaFile()
      .then((found) => {
        if (found === null) return;
        change(found.schema);
        setOrigin('imported');
        for (const { path, message } of found.notCarried.slice(0, 3))
          toast({ title: `Not carried over: ${path}`, text: message, tone: 'info' });
      })
      .catch(toastFault);
  const rules = draft.columns.reduce((sum, column) => sum + column.rules.length, draft.rows.length);
  return (
    <>
      <div className={classes.facts}>
        <span>
          {active === null
            ? 'Not saved yet'
            : `Schema ${active.version}, ${active.origin} by ${active.author}`}
          {active === null ? null : (
            <>
              {' '}
              <RelativeTime timeMs={active.createdAtMs} />
            </>
          )}
        </span>
        <span>
          {formatPlural(draft.columns.length, 'column')}, {formatPlural(rules, 'rule')}
        </span>
        <span className={classes.spring} />
        <Button variant="default" leftSection={<IconWand size={15} />} onClick={() => setInferring(true)}>
          {active === null ? `Infer from v${version.version}` : 'Infer again'}
        </Button>
        <Button variant="default" leftSection={<IconUpload size={15} />} onClick={read}>
          Open a file
        </Button>
        <Menu>
          <Menu.Target>
            <Button variant="default" leftSection={<IconDownload size={15} />}>
              Export
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {SchemaFormat.options.map((format) => (
              <Menu.Item
                key={format}
                disabled={active === null && format !== 'croissant'}
                onClick={() =>
                  format === 'croissant'
                    ? setDescribing(true)
                    : void saveExport(dataset, format).catch(toastFault)
                }
              >
                {formatLabels[format]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <Button
          variant="default"
          leftSection={<IconArrowBackUp size={15} />}
          disabled={!isChanged}
          onClick={undo}
        >
          Undo
        </Button>
      </div>
      {isDescribing ? <CroissantDialog version={version} onClose={() => setDescribing(false)} /> : null}
      {isInferring ? (
        <InferPanel
          version={version}
          current={active === null ? null : draft}
          onTake={(schema) => {
            change(schema);
            setOrigin('inferred');
            setInferring(false);
          }}
          onClose={() => setInferring(false)}
        />
      ) : null}
      {problems.length > 0 ? (
        <div role="alert" className={classes.facts}>
          {formatPlural(problems.length, 'fault')}: {problems[0]?.message}
        </div>
      ) : null}
      <Panel title="Columns" padding="none">
        <ColumnRules
          columns={draft.columns}
          problems={problems}
          onChange={(columns) => change({ ...draft, columns })}
        />
      </Panel>
      <Panel title="The table" padding="none">
        <TableRules schema={draft} problems={problems} onChange={change} />
      </Panel>
      <ErrorNote error={error} />
      <div className={classes.tools}>
        <TextInput
          aria-label="Note of the new version"
          placeholder="A note, for others"
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          w={320}
        />
        <Button
          loading={isBusy}
          disabled={
            (!isChanged && active !== null) || problems.length > 0 || (draft === base && active !== null)
          }
          onClick={() => void save()}
        >
          {active === null ? 'Save the schema' : 'Save as a new version'}
        </Button>
      </div>
    </>
  );
}
