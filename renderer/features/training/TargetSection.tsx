import { Button, SegmentedControl, Select, Text, TextInput } from '@mantine/core';
import type { ColumnProfile } from '../../../local-api/contract/index.ts';
import { formatCount, formatNumber, formatPercent } from '../../app/format.ts';
import { SparkHistogram } from '../../charts/SparkHistogram.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ShareBar } from '../../components/ShareBar.tsx';
import { classesOf } from './classes-of.ts';
import { aboveThreshold, changeGroup, changeTarget, type Task } from './draft.ts';
import type { SectionProps } from './TrainingForm.tsx';
import type { TargetDraft } from './target-draft.ts';
import classes from './training.module.css';

const SHOWN_CLASSES = 8;

const taskLabels: Record<Task, string> = {
  classification: 'Classes',
  regression: 'A number',
  ranking: 'An order',
};

/** What is predicted: a column or an expression, as classes or as a number. */
export function TargetSection({ draft, data, onChange, faultAt }: SectionProps) {
  const { profile } = data;
  const { target } = draft;
  const column =
    target.kind === 'column'
      ? profile.columns.find((candidate) => candidate.name === target.column)
      : undefined;
  const setTarget = (next: TargetDraft) => onChange(changeTarget(draft, next, profile));
  return (
    <Panel title="2 · Target">
      <div className={classes.row}>
        <SegmentedControl
          aria-label="What the target is"
          value={target.kind}
          onChange={(kind) =>
            setTarget(
              kind === 'column'
                ? { kind: 'column', column: '' }
                : { kind: 'expression', name: '', expression: '' },
            )
          }
          data={[
            { value: 'column', label: 'A column' },
            { value: 'expression', label: 'An expression' },
          ]}
        />
        <SegmentedControl
          aria-label="Task"
          value={draft.task}
          onChange={(task) => onChange({ ...draft, task: task as Task, positive: null })}
          data={Object.entries(taskLabels).map(([value, label]) => ({ value, label }))}
        />
        {faultAt('task') ? <Fault text={faultAt('task')} /> : null}
      </div>
      {target.kind === 'column' ? (
        <Select
          label="Column to predict"
          placeholder="Choose a column"
          description={
            target.column === '' ? 'What the model is to answer; the page then suggests the rest' : undefined
          }
          data={profile.columns.map(({ name }) => name)}
          value={target.column === '' ? null : target.column}
          onChange={(name) => setTarget({ kind: 'column', column: name ?? '' })}
          error={faultAt('') ?? faultAt('column')}
          searchable
          maw={360}
        />
      ) : (
        <div className={classes.row}>
          <TextInput
            label="Name"
            description="What the answer is called"
            placeholder="late"
            value={target.name}
            onChange={(event) => setTarget({ ...target, name: event.currentTarget.value })}
            error={faultAt('') ?? faultAt('name')}
          />
          <TextInput
            label="SQL expression over the columns"
            description="A comparison gives two classes, anything else a number"
            placeholder="delay > 15"
            value={target.expression}
            onChange={(event) => setTarget({ ...target, expression: event.currentTarget.value })}
            error={faultAt('expression')}
            className={classes.grow}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          />
        </div>
      )}
      {column ? (
        <ColumnFacts column={column} task={draft.task} rows={profile.rows} onTarget={setTarget} />
      ) : null}
      {draft.task === 'ranking' ? (
        <Select
          label="Put in order within"
          description="Equal for the rows of one query, session or list; the target says how relevant a row is: 0, 1, 2 …"
          placeholder="Choose a column"
          data={profile.columns.map(({ name }) => name).filter((name) => name !== column?.name)}
          value={draft.group === '' ? null : draft.group}
          onChange={(name) => onChange(changeGroup(draft, name ?? ''))}
          error={faultAt('group')}
          searchable
          maw={480}
          mt="sm"
        />
      ) : null}
      {draft.task === 'classification' ? (
        <PositiveClass
          classes={classesOf(target, profile)}
          value={draft.positive}
          onChange={(positive) => onChange({ ...draft, positive })}
          fault={faultAt('positive')}
        />
      ) : null}
    </Panel>
  );
}

type PositiveProps = {
  classes: readonly string[];
  value: string | null;
  onChange: (positive: string | null) => void;
  fault: string | undefined;
};

function PositiveClass({ classes: names, value, onChange, fault }: PositiveProps) {
  // With more than two classes none is the positive one.
  if (names.length !== 2) return fault ? <Fault text={fault} /> : null;
  return (
    <Select
      label="Positive class"
      description="Precision, recall and the curves are about it"
      placeholder={names.includes('true') ? 'true' : 'The rarer one'}
      data={[...names]}
      value={value}
      onChange={onChange}
      clearable
      error={fault}
      maw={360}
      mt="sm"
    />
  );
}

type FactsProps = {
  column: ColumnProfile;
  task: Task;
  rows: number;
  onTarget: (target: TargetDraft) => void;
};

/** How the target is spread: shares of the classes, or the shape of the numbers. */
function ColumnFacts({ column, task, rows, onTarget }: FactsProps) {
  const missing =
    column.missing > 0
      ? `${formatCount(column.missing)} rows (${formatPercent(column.missing / rows)}) have no value and are left out.`
      : null;
  return (
    <div className={classes.facts}>
      {task === 'classification' ? <ClassBalance column={column} /> : <Spread column={column} />}
      {missing ? (
        <Text size="sm" c="dimmed">
          {missing}
        </Text>
      ) : null}
      {column.quantiles && column.distinct > 10 ? (
        <Threshold key={column.name} column={column} onTarget={onTarget} />
      ) : null}
    </div>
  );
}

function ClassBalance({ column }: { column: ColumnProfile }) {
  const shown = column.topValues.slice(0, SHOWN_CLASSES);
  return (
    <ul className={classes.balance} aria-label="Shares of the classes">
      {shown.map(({ value, count }) => (
        <li key={String(value)}>
          <span className="a-truncate" title={String(value)}>
            {String(value)}
          </span>
          <ShareBar share={count / Math.max(1, column.count)} />
          <span className={classes.share}>{formatPercent(count / Math.max(1, column.count))}</span>
        </li>
      ))}
      {column.distinct > shown.length ? (
        <li className="a-dim">and {formatCount(column.distinct - shown.length)} more values</li>
      ) : null}
    </ul>
  );
}

function Spread({ column }: { column: ColumnProfile }) {
  const { histogram, mean } = column;
  return (
    <div className={classes.row}>
      {histogram ? (
        <SparkHistogram
          series={[histogram.counts]}
          edges={histogram.edges}
          label={`Distribution of ${column.name}`}
          width={260}
          height={48}
        />
      ) : null}
      <Text size="sm" c="dimmed">
        {String(column.min)} to {String(column.max)}, mean {formatNumber(mean)}
      </Text>
    </div>
  );
}

/** The short way from a number to two classes. */
function Threshold({ column, onTarget }: { column: ColumnProfile; onTarget: (target: TargetDraft) => void }) {
  const usual = Number((column.quantiles?.p75 ?? 0).toPrecision(2));
  return (
    <Text size="sm" component="div" className={classes.row}>
      Or predict whether it is high:
      <Button
        variant="default"
        size="compact-xs"
        onClick={() => onTarget(aboveThreshold(column.name, usual))}
      >
        {column.name} above {usual}
      </Button>
    </Text>
  );
}

function Fault({ text }: { text: string | undefined }) {
  return (
    <Text size="sm" c="var(--mantine-color-error)" role="alert">
      {text}
    </Text>
  );
}
