import type { EditorView } from '@codemirror/view';
import {
  ActionIcon,
  Button,
  CopyButton,
  FileButton,
  SegmentedControl,
  Text,
  Tooltip,
  UnstyledButton,
} from '@mantine/core';
import { IconCheck, IconCopy, IconDownload, IconFolderOpen } from '@tabler/icons-react';
import { type DragEvent, useId, useMemo, useRef, useState } from 'react';
import type { RecipeCheck } from '../../../../local-api/contract/index.ts';
import { formatPlural } from '../../../app/format.ts';
import { download, fileName } from '../../../charts/table.ts';
import { Panel } from '../../../components/Panel.tsx';
import { toast } from '../../../components/toasts.tsx';
import { classesOf } from '../classes-of.ts';
import type { Draft } from '../draft.ts';
import { metricNames } from '../metric-names.ts';
import type { TrainingData } from '../training-queries.ts';
import type { RecipeText } from '../written-recipes.ts';
import { CodeEditor } from './CodeEditor.tsx';
import { completionsAt, type RecipeContext } from './completion.ts';
import classes from './recipe-editor.module.css';
import { marksOf, type RecipeMark } from './recipe-marks.ts';
import { changeText, type Format, readText } from './recipe-text.ts';
import { takeText, textFor } from './take-text.ts';

/** Bytes; a recipe that names thousands of columns is well below. */
const LARGEST_RECIPE = 2_000_000;

type Props = {
  draft: Draft;
  data: TrainingData;
  /** The trainer whose recipe is written; one of those chosen. */
  trainer: string;
  known: RecipeText | undefined;
  format: Format;
  /** What the engine says of the text. */
  check: RecipeCheck | undefined;
  onTrainer: (trainer: string) => void;
  onFormat: (format: Format) => void;
  /** The draft after an edit, the trainer that the text is of now, and the text. */
  onEdit: (draft: Draft, trainer: string, text: RecipeText) => void;
  /** Puts a text with faults away. */
  onDiscard: () => void;
};

/** The recipe of a trainer as text: completed and checked while it is written, and the form follows. */
export function RecipeEditor(props: Props) {
  const { draft, data, trainer, known, format, check, onTrainer, onFormat, onEdit, onDiscard } = props;
  // What was written for one trainer is not undone in the text of another.
  const [session, setSession] = useState(0);
  const shown = useMemo(
    () => textFor(draft, trainer, known, format, data),
    [draft, trainer, known, format, data],
  );
  const marks = useMemo(
    () => marksOf(shown, check?.problems ?? [], data.version),
    [shown, check, data.version],
  );
  const context = useContext(draft, data);
  const editor = useRef<EditorView | null>(null);
  const hint = useId();
  const edit = (text: string) => {
    const { draft: next, trainer: kind, taken } = takeText(draft, trainer, { text, format }, data);
    onEdit(next, kind, taken);
  };
  const open = async (file: File | null | undefined) => {
    if (!file) return;
    if (file.size > LARGEST_RECIPE) {
      toast({ title: `${file.name} is too large for a recipe`, tone: 'bad' });
      return;
    }
    const as: Format = /\.json$/i.test(file.name) ? 'json' : 'yaml';
    onFormat(as);
    const written = { text: (await file.text()).replaceAll('\r\n', '\n'), format: as };
    const { draft: next, trainer: kind, taken } = takeText(draft, trainer, written, data, { isAlone: true });
    onEdit(next, kind, taken);
  };
  const kinds = Object.keys(draft.trainers);
  return (
    <Panel
      title="Recipe"
      aside={
        <div className={classes.tools}>
          <SegmentedControl
            aria-label="Format of the recipe"
            size="xs"
            value={format}
            onChange={(value) => onFormat(value === 'json' ? 'json' : 'yaml')}
            data={[
              { value: 'yaml', label: 'YAML' },
              { value: 'json', label: 'JSON' },
            ]}
            disabled={readText(shown.text, format).faults.length > 0}
          />
          <Tools text={shown.text} name={fileName(`${targetOf(draft)} ${trainer}`, format)} onFile={open} />
        </div>
      }
    >
      {kinds.length > 1 ? (
        <SegmentedControl
          aria-label="Recipe of"
          size="xs"
          value={trainer}
          onChange={(kind) => {
            setSession(session + 1);
            onTrainer(kind);
          }}
          data={kinds}
          mb="xs"
        />
      ) : null}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: for those who drag; opening a file has a button of its own. */}
      <div onDragOver={(event) => event.preventDefault()} onDropCapture={(event) => takeDrop(event, open)}>
        <CodeEditor
          key={session}
          text={shown.text}
          format={format}
          label={`Recipe of ${trainer}`}
          describedBy={hint}
          marks={marks}
          complete={(text, offset) => completionsAt(text, offset, format, context)}
          onChange={edit}
          onReady={(view) => {
            editor.current = view;
          }}
        />
      </div>
      <Text id={hint} size="xs" c="dimmed" mt={6}>
        Ctrl+Space completes, Tab indents; Escape and then Tab leaves the editor. A recipe file can be dropped
        here.
      </Text>
      <Faults
        marks={marks}
        onGo={({ from }) => {
          editor.current?.dispatch({ selection: { anchor: from }, scrollIntoView: true });
          editor.current?.focus();
        }}
        isChecked={check !== undefined}
        onDiscard={shown.isRecipe ? null : onDiscard}
        onUseData={() => edit(withDataset(shown, draft.versionId, format))}
      />
    </Panel>
  );
}

const targetOf = ({ target }: Draft) => (target.kind === 'column' ? target.column : target.name) || 'recipe';

/** Taken before the editor sees it, which would insert the file's text at the cursor. */
function takeDrop(event: DragEvent, open: (file: File | undefined) => Promise<void>): void {
  const [file] = event.dataTransfer.files;
  if (!file) return;
  event.preventDefault();
  event.stopPropagation();
  void open(file);
}

/** The same text with the data of the page in it. */
function withDataset({ text, value }: RecipeText, dataset: string, format: Format): string {
  return changeText(text, format, value, { ...Object(value), dataset });
}

type ToolsProps = { text: string; name: string; onFile: (file: File | null) => Promise<void> };

function Tools({ text, name, onFile }: ToolsProps) {
  return (
    <>
      <CopyButton value={text} timeout={1500}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy'}>
            <ActionIcon variant="subtle" onClick={copy} aria-label="Copy the recipe">
              {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
      <Tooltip label="Download">
        <ActionIcon
          variant="subtle"
          onClick={() => download(name, new Blob([text], { type: 'text/plain' }))}
          aria-label="Download the recipe"
        >
          <IconDownload size={15} />
        </ActionIcon>
      </Tooltip>
      <FileButton onChange={(file) => void onFile(file)} accept=".yaml,.yml,.json">
        {({ onClick }) => (
          <Tooltip label="Open a recipe file">
            <ActionIcon variant="subtle" onClick={onClick} aria-label="Open a recipe file">
              <IconFolderOpen size={15} />
            </ActionIcon>
          </Tooltip>
        )}
      </FileButton>
    </>
  );
}

type FaultsProps = {
  marks: readonly RecipeMark[];
  /** Whether the engine has held the recipe against its data. */
  isChecked: boolean;
  onGo: (mark: RecipeMark) => void;
  onUseData: () => void;
  /** null: there is nothing to put away. */
  onDiscard: (() => void) | null;
};

/** The faults in words, each a way to its place. */
function Faults({ marks, isChecked, onGo, onUseData, onDiscard }: FaultsProps) {
  return (
    <div className={classes.faults}>
      <p role="status" data-tone={marks.length > 0 ? 'bad' : isChecked ? 'good' : undefined}>
        {marks.length > 0
          ? `${formatPlural(marks.length, 'fault')} in the recipe`
          : isChecked
            ? 'A recipe that fits the data'
            : 'Checking …'}
      </p>
      {marks.length === 0 ? null : (
        <ul>
          {marks.map((mark) => (
            <li key={`${mark.from} ${mark.field} ${mark.message}`}>
              <UnstyledButton className={classes.fault} onClick={() => onGo(mark)}>
                <span className={classes.line}>Line {mark.line}</span>
                <span>
                  {mark.field === '' ? null : <code>{mark.field}</code>} {mark.message}
                </span>
              </UnstyledButton>
              {mark.field === 'dataset' ? (
                <Button size="compact-xs" variant="default" onClick={onUseData}>
                  Use the data of this page
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {onDiscard === null ? null : (
        <Button size="compact-xs" variant="default" mt={6} onClick={onDiscard}>
          Back to the last recipe without faults
        </Button>
      )}
    </div>
  );
}

/** What is known of the data, for completion. */
function useContext({ target, versionId, task }: Draft, { version, profile }: TrainingData): RecipeContext {
  return useMemo(
    () => ({
      columns: version.columns.map(({ name, type }) => ({ name, type })),
      classes: classesOf(target, profile),
      dataset: { id: versionId, title: `${version.dataset} ${version.version}` },
      metrics: metricNames(task),
    }),
    [target, versionId, task, version, profile],
  );
}
