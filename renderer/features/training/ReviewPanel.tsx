import { Button, SegmentedControl } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { toFault } from '../../app/api.ts';
import { formatCount, formatDuration, formatPlural } from '../../app/format.ts';
import { CodeBlock } from '../../components/CodeBlock.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { type Fact, KeyValue } from '../../components/KeyValue.tsx';
import { Panel } from '../../components/Panel.tsx';
import { autoKind, readAuto } from './auto/auto-settings.ts';
import type { Draft, Task } from './draft.ts';
import { type DraftProblem, placeWords } from './draft-problems.ts';
import { targetName } from './target-draft.ts';
import { toYaml } from './to-yaml.ts';
import classes from './training.module.css';
import type { TrainingData } from './training-queries.ts';

type Props = {
  draft: Draft;
  data: TrainingData;
  problems: readonly DraftProblem[];
  /** What may be meant, but often is not. */
  warnings: readonly string[];
  error: unknown;
  isBusy: boolean;
  /** The recipes to look at; null where they are being written beside. */
  recipe: { all: Readonly<Record<string, unknown>>; shown: string; onShow: (kind: string) => void } | null;
};

/** What will happen, the recipe to take along, and the button that starts it. */
export function ReviewPanel({ draft, data, problems, warnings, error, isBusy, recipe }: Props) {
  const [format, setFormat] = useState('yaml');
  const count = Object.keys(draft.trainers).length;
  // Problems that stand at their fields are not said twice.
  const unplaced =
    error !== null && (problems.length === 0 || toFault(error).problems.length === 0) ? error : null;
  return (
    <aside className={classes.review} aria-label="Review">
      <Panel title="Review">
        <KeyValue facts={factsOf(draft, data)} />
        {problems.length > 0 ? (
          <div role="alert" className={classes.problems}>
            <p>{formatPlural(problems.length, 'thing')} to correct:</p>
            <ul>
              {problems.map((problem) => (
                <li key={`${problem.section} ${problem.field} ${problem.message}`}>
                  <span className="a-dim">{placeWords(problem)}</span> {problem.message}
                </li>
              ))}
            </ul>
          </div>
        ) : null}
        {warnings.length > 0 ? (
          <div className={classes.warnings}>
            <p>Worth a look:</p>
            <ul>
              {warnings.map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          </div>
        ) : null}
        <ErrorNote error={unplaced} />
        <Button
          type="submit"
          fullWidth
          mt="md"
          size="sm"
          loading={isBusy}
          leftSection={<IconPlayerPlay size={16} />}
        >
          {count > 1 ? `Train ${count} models` : autoKind in draft.trainers ? 'Let Assay choose' : 'Train'}
        </Button>
      </Panel>
      {recipe ? (
        <Panel
          title="Recipe"
          aside={
            <SegmentedControl
              aria-label="Format of the recipe"
              value={format}
              onChange={setFormat}
              data={[
                { value: 'yaml', label: 'YAML' },
                { value: 'json', label: 'JSON' },
              ]}
            />
          }
        >
          {Object.keys(recipe.all).length > 1 ? (
            <SegmentedControl
              aria-label="Recipe of"
              value={recipe.shown}
              onChange={recipe.onShow}
              data={Object.keys(recipe.all)}
              mb="xs"
            />
          ) : null}
          <Recipe recipe={recipe.all[recipe.shown]} kind={recipe.shown} format={format} />
        </Panel>
      ) : null}
    </aside>
  );
}

function Recipe({ recipe, kind, format }: { recipe: unknown; kind: string; format: string }) {
  return (
    <CodeBlock
      label={`Recipe of ${kind}`}
      code={format === 'json' ? JSON.stringify(recipe, null, 2) : toYaml(recipe)}
      maxHeight={420}
    />
  );
}

const asWords: Record<Task, string> = {
  classification: 'classes',
  regression: 'a number',
  ranking: 'an order',
};

function factsOf(draft: Draft, { version, trainers }: TrainingData): Fact[] {
  const features = Object.values(draft.features).filter((feature) => feature.included).length;
  const rows = Math.min(draft.rows.limit ?? version.rows, version.rows);
  const titles = Object.keys(draft.trainers).map((kind) =>
    kind === autoKind
      ? `what Assay chooses in ${formatDuration(1000 * readAuto(draft.trainers[kind] ?? {}).budgetSeconds)}`
      : (trainers.find((trainer) => trainer.kind === kind)?.title ?? kind),
  );
  return [
    { label: 'Predicts', value: targetName(draft.target) || '–' },
    { label: 'As', value: asWords[draft.task] },
    {
      label: 'From',
      value: `${formatPlural(features, 'feature')} of ${version.dataset} version ${version.version}`,
    },
    {
      label: 'Rows',
      value: draft.rows.where.trim() === '' ? formatCount(rows) : `at most ${formatCount(rows)}`,
    },
    { label: 'With', value: titles.join(', ') || '–' },
    { label: 'Into', value: draft.experiment || '–' },
    ...(draft.on === null ? [] : [{ label: 'On', value: draft.on }]),
  ];
}
