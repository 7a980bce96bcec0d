import { Button, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowLeft, IconDatabaseImport } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { DatasetName, type DatasetPreview, type ReadOptions } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatBytes, formatPlural } from '../../app/format.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { LoadingState } from '../../components/LoadingState.tsx';
import { Panel } from '../../components/Panel.tsx';
import classes from './import.module.css';
import { type ChosenSource, changeReading, type ImportDraft } from './import-draft.ts';
import { PreviewNotes } from './PreviewNotes.tsx';
import { PreviewTable } from './PreviewTable.tsx';
import { ReadingOptions } from './ReadingOptions.tsx';

type Props = {
  chosen: ChosenSource;
  draft: ImportDraft;
  onDraft: (draft: ImportDraft) => void;
  isStarting: boolean;
  startError: unknown;
  /** Gets everything about how the file is read: what was guessed and what was corrected. */
  onImport: (options: ReadOptions) => void;
  onBack: () => void;
};

/** The first rows as they would be imported, what can be corrected, and the name it gets. */
export function ImportForm({ chosen, draft, onDraft, isStarting, startError, onImport, onBack }: Props) {
  const { name, note, options } = draft;
  const [asked] = useDebouncedValue(options, 350);
  const preview = useQuery({
    queryKey: ['preview', chosen.source, asked],
    queryFn: ({ signal }) =>
      client.datasets.preview({ body: { source: chosen.source, options: asked, limit: 50 }, signal }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const named = DatasetName.safeParse(name.trim());
  const nameError = named.success ? null : (named.error.issues[0]?.message ?? 'not a valid name');
  const isCurrent = asked === options && !preview.isPlaceholderData && !preview.isFetching;
  const [isAsked, setAsked] = useState(false);
  const current = isCurrent ? preview.data : undefined;
  useEffect(() => {
    // What is imported is always what was last shown: a click that comes sooner waits for the preview.
    if (!isAsked || !isCurrent) return;
    setAsked(false);
    if (current) onImport({ ...current.options, ...whatIsKept(asked) });
  }, [isAsked, isCurrent, current, asked, onImport]);
  const back = (
    <Button variant="default" leftSection={<IconArrowLeft size={15} />} onClick={onBack}>
      Another source
    </Button>
  );
  const lastGood = useLastGood(preview.isPlaceholderData ? undefined : preview.data);
  const shown = preview.data ?? lastGood;
  if (!shown) {
    if (!preview.error) return <LoadingState label={`Reading the first rows of ${chosen.name}`} />;
    return <ErrorState error={preview.error} retry={() => void preview.refetch()} action={back} />;
  }
  return (
    <div className={classes.form}>
      <div className={classes.top}>
        <Panel title="Import as" className={classes.target}>
          <div className={classes.fields}>
            <TextInput
              label="Dataset"
              description="An existing name makes a new version of it."
              value={name}
              onChange={(event) => onDraft({ ...draft, name: event.currentTarget.value })}
              error={nameError}
            />
            <Textarea
              label="Note"
              placeholder="Where it comes from, what is special about it"
              autosize
              minRows={1}
              maxRows={4}
              value={note}
              onChange={(event) => onDraft({ ...draft, note: event.currentTarget.value })}
            />
          </div>
          <div className={classes.buttons}>
            {back}
            <Button
              leftSection={<IconDatabaseImport size={16} />}
              disabled={nameError !== null || (isCurrent && preview.error !== null)}
              loading={isStarting || isAsked}
              onClick={() => setAsked(true)}
            >
              Import
            </Button>
          </div>
          <ErrorNote error={startError} />
        </Panel>
        <Panel title="How it is read" className={classes.reading}>
          <ReadingOptions
            options={options}
            guessed={shown.options}
            tables={shown.tables}
            isFile={shown.format !== null}
            onChange={(change) => onDraft({ ...draft, options: changeReading(options, change) })}
          />
        </Panel>
      </div>
      <ErrorNote error={preview.error} />
      <PreviewNotes preview={shown} />
      <Panel
        title="First rows"
        aside={
          <>
            {chosen.name} · {shown.format === null ? '' : `${shown.format} · `}
            {formatBytes(shown.sizeBytes)} · {formatPlural(shown.columns.length, 'column')}
          </>
        }
        padding="none"
      >
        <PreviewTable
          preview={shown}
          options={options}
          onChange={(next) => onDraft({ ...draft, options: next })}
          isStale={!isCurrent}
        />
      </Panel>
    </div>
  );
}

/** A fault in a correction must not take away the rows it is about. */
function useLastGood(preview: DatasetPreview | undefined): DatasetPreview | undefined {
  const last = useRef(preview);
  if (preview) last.current = preview;
  return last.current;
}

/** Which rows are kept is for the import too; the preview need not repeat it. */
function whatIsKept({ where, limit }: ReadOptions): ReadOptions {
  return { ...(where === undefined ? {} : { where }), ...(limit === undefined ? {} : { limit }) };
}
