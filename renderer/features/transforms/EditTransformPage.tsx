import { Button, SegmentedControl, Switch, Text, TextInput } from '@mantine/core';
import { IconDeviceFloppy, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useId, useMemo, useState } from 'react';
import { type Column, TransformDefinition, type TransformRun } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatPlural } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { LoadingState } from '../../components/LoadingState.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { aliasOf, type Draft, definitionOf, draftOf, emptyDraft, exampleDraft, sqlOf } from './draft.ts';
import { InputsPanel } from './InputsPanel.tsx';
import { PreviewPanel } from './PreviewPanel.tsx';
import { Faults, StepsPanel } from './StepsPanel.tsx';
import { sqlCompleter } from './sql-completer.ts';
import { marksOf } from './sql-marks.ts';
import { useCheck, useDatasets, useTransform } from './transform-queries.ts';
import classes from './transforms.module.css';

const CodeEditor = lazy(() =>
  import('../training/recipe-editor/CodeEditor.tsx').then((module) => ({ default: module.CodeEditor })),
);

const crumbs = [{ label: 'Transforms', href: paths.transforms }];

/** Writes a transform: new, from an example, for a dataset, or the next version of one that is there. */
export function EditTransformPage() {
  const { name, dataset, example } = useSearch({ from: '/transforms/new' });
  const known = useTransform(name);
  const title = name === undefined ? 'New transform' : `Edit ${name}`;
  if (name !== undefined)
    return (
      <Page>
        {known.data ? null : <PageHeader title={title} crumbs={crumbs} />}
        <QueryView query={known}>
          {(transform) => (
            <Editor
              title={title}
              isNew={false}
              start={draftOf(transform.name, transform.definition, transform.auto)}
            />
          )}
        </QueryView>
      </Page>
    );
  const start: Draft =
    example !== undefined
      ? exampleDraft()
      : dataset !== undefined
        ? { ...emptyDraft, inputs: [{ alias: aliasOf(dataset, []), dataset, version: 'latest' }] }
        : emptyDraft;
  return (
    <Page>
      <Editor title={title} isNew start={start} />
    </Page>
  );
}

function Editor({ title, isNew, start }: { title: string; isNew: boolean; start: Draft }) {
  const router = useRouter();
  const [draft, setDraft] = useState(start);
  const [shown, setShown] = useState<number | undefined>(undefined);
  const [part, setPart] = useState<string | undefined>(undefined);
  const [view, setView] = useState<'rows' | 'sql'>('rows');
  const hint = useId();
  const datasets = useDatasets().data?.items ?? [];
  const change = (next: Partial<Draft>) => setDraft((now) => ({ ...now, ...next }));
  const definition = definitionOf(draft);
  const { data: check } = useCheck(definition);
  const columnsOf = (alias: string): readonly Column[] => {
    const dataset = draft.inputs.find((input) => input.alias === alias)?.dataset;
    return datasets.find(({ name }) => name === dataset)?.latest?.columns ?? [];
  };
  const save = useMutation({
    mutationFn: async (andRun: boolean): Promise<TransformRun | null> => {
      const body = { name: draft.name, definition: TransformDefinition.parse(definition), auto: draft.auto };
      await client.transforms.create({ body });
      return andRun ? client.transforms.run({ params: { transform: draft.name }, body: {} }) : null;
    },
    onSuccess: () => router.history.push(paths.transform(draft.name)),
  });
  const problems = check?.problems ?? [];
  const isReady =
    draft.name !== '' && draft.inputs.length > 0 && check !== undefined && problems.length === 0;
  const others = problems.filter(
    ({ path }) => !/^\/(steps\/|inputs|sql)/.test(path) && !(path === '/output' && draft.name === ''),
  );
  const sqlProblems = problems.filter(({ path }) => path === '/sql');
  const sqlMarks = useMemo(() => marksOf(draft.sql, check?.problems ?? []), [draft.sql, check]);
  const shownStep = draft.how === 'steps' ? shown : undefined;
  return (
    <>
      <PageHeader
        title={title}
        crumbs={crumbs}
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconDeviceFloppy size={15} />}
              disabled={!isReady}
              loading={save.isPending && save.variables === false}
              onClick={() => save.mutate(false)}
            >
              Save
            </Button>
            <Button
              leftSection={<IconPlayerPlay size={15} />}
              disabled={!isReady}
              loading={save.isPending && save.variables === true}
              onClick={() => save.mutate(true)}
            >
              Save and run
            </Button>
          </>
        }
      />
      <ErrorNote error={save.error} />
      <div className={classes.editor}>
        <div className={classes.column}>
          <Panel title="Name">
            <div className={classes.names}>
              <TextInput
                label="Transform"
                placeholder="delays-by-airport"
                value={draft.name}
                disabled={!isNew}
                onChange={(event) => change({ name: event.currentTarget.value })}
              />
              <TextInput
                label="Writes the dataset"
                placeholder={draft.name || 'delays-by-airport'}
                value={draft.output}
                onChange={(event) => change({ output: event.currentTarget.value })}
              />
            </div>
            <Switch
              mt="sm"
              label="Run it by itself when an input gets a new version"
              checked={draft.auto}
              onChange={(event) => change({ auto: event.currentTarget.checked })}
            />
          </Panel>
          <InputsPanel
            inputs={draft.inputs}
            datasets={datasets}
            check={check}
            onChange={(inputs) => change({ inputs })}
          />
          <SegmentedControl
            aria-label="How it is written"
            value={draft.how}
            onChange={(how) =>
              how === 'sql'
                ? change({ how, sql: sqlOf(draft, check?.sql ?? null) })
                : change({ how: 'steps' })
            }
            data={[
              { value: 'steps', label: 'Steps' },
              { value: 'sql', label: 'SQL' },
            ]}
          />
          {draft.how === 'steps' ? (
            <StepsPanel
              steps={draft.steps}
              inputs={draft.inputs}
              columnsOf={columnsOf}
              check={check}
              shown={shown}
              onShow={setShown}
              onChange={(steps) => change({ steps })}
            />
          ) : (
            <Panel title="SQL">
              <Suspense fallback={<LoadingState />}>
                <CodeEditor
                  text={draft.sql}
                  format="sql"
                  label="SQL of the transform"
                  describedBy={hint}
                  marks={sqlMarks}
                  complete={sqlCompleter(
                    draft.inputs.map(({ alias }) => ({ alias, columns: columnsOf(alias) })),
                  )}
                  onChange={(sql) => change({ sql })}
                  onReady={() => {}}
                />
              </Suspense>
              <Text id={hint} size="xs" c="dimmed" mt={6}>
                One SELECT over {draft.inputs.map(({ alias }) => alias).join(', ') || 'the inputs'}.
                Ctrl+Space completes; Escape and then Tab leaves the editor.
              </Text>
              <Faults problems={sqlProblems} />
            </Panel>
          )}
          <Faults problems={others} />
          <p className="a-dim" role="status">
            {statusOf(draft, check === undefined ? null : problems.length, check?.columns.length ?? 0)}
          </p>
        </div>
        <PreviewPanel
          definition={definition}
          check={check}
          step={shownStep}
          title={shownStep === undefined ? 'Result' : `After step ${shownStep + 1}`}
          part={part}
          onPart={setPart}
          view={view}
          onView={setView}
        />
      </div>
    </>
  );
}

function statusOf(draft: Draft, problems: number | null, columns: number): string {
  if (draft.inputs.length === 0) return 'Choose a dataset to begin.';
  if (problems === null) return 'Checking …';
  if (problems > 0) return `${formatPlural(problems, 'fault')} to correct.`;
  if (draft.name === '') return 'Give it a name to save it.';
  return `No faults: it writes ${formatPlural(columns, 'column')}.`;
}
