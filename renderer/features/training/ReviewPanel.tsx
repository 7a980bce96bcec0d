import { Button, SegmentedControl } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { toFault } from '../../app/api.ts';
import { formatCount, formatPlural } from '../../app/format.ts';
import { CodeBlock } from '../../components/CodeBlock.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { type Fact, KeyValue } from '../../components/KeyValue.tsx';
import { Panel } from '../../components/Panel.tsx';
import { type Draft, targetName, toRecipe } from './draft.ts';
import type { DraftProblem } from './draft-problems.ts';
import { toYaml } from './to-yaml.ts';
import classes from './training.module.css';
import type { TrainingData } from './training-queries.ts';

type Props = {
  draft: Draft;
  data: TrainingData;
  problems: readonly DraftProblem[];
  error: unknown;
  isBusy: boolean;
};

/** What will happen, the recipe to take along, and the button that starts it. */
export function ReviewPanel({ draft, data, problems, error, isBusy }: Props) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [format, setFormat] = useState('yaml');
  const kinds = Object.keys(draft.trainers);
  const shown = chosen !== null && kinds.includes(chosen) ? chosen : kinds[0];
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
                  <span className="a-dim">{problem.section}</span> {problem.message}
                </li>
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
          {kinds.length > 1 ? `Train ${kinds.length} models` : 'Train'}
        </Button>
      </Panel>
      {shown ? (
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
          {kinds.length > 1 ? (
            <SegmentedControl
              aria-label="Recipe of"
              value={shown}
              onChange={setChosen}
              data={kinds}
              mb="xs"
            />
          ) : null}
          <Recipe draft={draft} kind={shown} format={format} />
        </Panel>
      ) : null}
    </aside>
  );
}

function Recipe({ draft, kind, format }: { draft: Draft; kind: string; format: string }) {
  const recipe = toRecipe(draft, kind);
  return (
    <CodeBlock
      label={`Recipe of ${kind}`}
      code={format === 'json' ? JSON.stringify(recipe, null, 2) : toYaml(recipe)}
      maxHeight={420}
    />
  );
}

function factsOf(draft: Draft, { version, trainers }: TrainingData): Fact[] {
  const features = Object.values(draft.features).filter((feature) => feature.included).length;
  const rows = Math.min(draft.rows.limit ?? version.rows, version.rows);
  const titles = Object.keys(draft.trainers).map(
    (kind) => trainers.find((trainer) => trainer.kind === kind)?.title ?? kind,
  );
  return [
    { label: 'Predicts', value: targetName(draft.target) || '–' },
    { label: 'As', value: draft.task === 'classification' ? 'classes' : 'a number' },
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
