import { ActionIcon, Button, Menu, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import type {
  Column,
  Problem,
  TransformCheck,
  TransformStepInput,
} from '../../../local-api/contract/index.ts';
import { formatPlural } from '../../app/format.ts';
import { Panel } from '../../components/Panel.tsx';
import { type DraftInput, type DraftStep, emptyStep, type StepKind, stepLabels } from './draft.ts';
import { StepFields } from './StepFields.tsx';
import classes from './transforms.module.css';

type Props = {
  steps: readonly DraftStep[];
  inputs: readonly DraftInput[];
  columnsOf: (alias: string) => readonly Column[];
  check: TransformCheck | undefined;
  /** The step whose rows are shown. */
  shown: number | undefined;
  onShow: (step: number | undefined) => void;
  onChange: (steps: DraftStep[]) => void;
};

const kinds = Object.keys(stepLabels) as StepKind[];

/** The steps in their order: add, change, move, take away; a click shows the rows after one. */
export function StepsPanel({ steps, inputs, columnsOf, check, shown, onShow, onChange }: Props) {
  const change = (index: number, step: TransformStepInput) =>
    onChange(steps.map((one, at) => (at === index ? { ...one, step } : one)));
  const move = (index: number, to: number) => {
    const moved = [...steps];
    const [step] = moved.splice(index, 1);
    if (step) moved.splice(to, 0, step);
    onChange(moved);
    onShow(to);
  };
  const columnsBefore = (index: number): readonly Column[] => {
    for (let at = index - 1; at >= 0; at -= 1) {
      const columns = check?.steps[at]?.columns;
      if (columns !== undefined) return columns;
    }
    return columnsOf(inputs[0]?.alias ?? '');
  };
  return (
    <Panel title="Steps" aside={steps.length > 0 ? formatPlural(steps.length, 'step') : null}>
      <ol className={classes.steps}>
        {steps.map(({ id, step }, index) => {
          const problems = problemsOf(check, index);
          return (
            <li
              key={id}
              className={classes.step}
              data-shown={shown === index || undefined}
              data-faulty={problems.length > 0 || undefined}
            >
              <div className={classes.stepHead}>
                <UnstyledButton
                  className={classes.stepName}
                  title="Show the rows after this step"
                  aria-pressed={shown === index}
                  onClick={() => onShow(shown === index ? undefined : index)}
                >
                  {index + 1}. {stepLabels[step.step]}
                </UnstyledButton>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Move step ${index + 1} up`}
                  disabled={index === 0}
                  onClick={() => move(index, index - 1)}
                >
                  <IconArrowUp size={15} />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Move step ${index + 1} down`}
                  disabled={index === steps.length - 1}
                  onClick={() => move(index, index + 1)}
                >
                  <IconArrowDown size={15} />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Remove step ${index + 1}`}
                  onClick={() => {
                    onShow(undefined);
                    onChange(steps.filter((_, at) => at !== index));
                  }}
                >
                  <IconTrash size={15} />
                </ActionIcon>
              </div>
              <div className={classes.stepBody}>
                <StepFields
                  step={step}
                  columns={columnsBefore(index)}
                  inputs={inputs}
                  columnsOf={columnsOf}
                  onChange={(next) => change(index, next)}
                />
              </div>
              <Faults problems={problems} />
            </li>
          );
        })}
      </ol>
      <Menu position="bottom-start" shadow="md">
        <Menu.Target>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            disabled={inputs.length === 0}
          >
            Add a step
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {kinds.map((kind) => (
            <Menu.Item
              key={kind}
              onClick={() => {
                onShow(undefined);
                onChange([...steps, emptyStep(kind, inputs)]);
              }}
            >
              {stepLabels[kind]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Panel>
  );
}

export function problemsOf(check: TransformCheck | undefined, index: number): Problem[] {
  const path = `/steps/${index}`;
  return (check?.problems ?? []).filter(
    (problem) => problem.path === path || problem.path.startsWith(`${path}/`),
  );
}

/** What is wrong, with what may have been meant. */
export function Faults({ problems }: { problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul className={classes.faults}>
      {problems.map(({ path, message, expected, at }) => (
        <li key={`${path} ${message}`}>
          {at === undefined ? '' : `Line ${at.line}, column ${at.column}: `}
          {message}
          {expected === undefined ? '' : `: ${expected}`}
        </li>
      ))}
    </ul>
  );
}
