import { Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import { type ModelImportReport, ModelName } from '../../../local-api/contract/index.ts';
import classes from './model-import.module.css';
import { fieldOf, namesOf, type ReadingDraft } from './reading-draft.ts';

type Props = { draft: ReadingDraft; report: ModelImportReport; onChange: (draft: ReadingDraft) => void };

/** How the tensors are read; what is left empty is found out. */
export function ReadingFields({ draft, report, onChange }: Props) {
  const { signature, outputs, problems } = report;
  const set = (change: Partial<ReadingDraft>) => onChange({ ...draft, ...change });
  const faultOf = (field: keyof ReadingDraft): string | null =>
    problems
      .filter((problem) => fieldOf(problem) === field)
      .map(({ message }) => message)
      .join('. ') || null;
  const named = namesOf(draft.classes);
  const knownClasses = named.length > 0 ? named : (signature?.classes ?? []);
  const name = ModelName.safeParse(draft.name);
  return (
    <div className={classes.fields}>
      <TextInput
        label="Name of the model"
        description="A new version when there is one of this name."
        value={draft.name}
        error={draft.name !== '' && !name.success ? name.error.issues[0]?.message : null}
        onChange={(event) => set({ name: event.currentTarget.value })}
        required
      />
      <TextInput
        label="What it answers"
        description="The column of the truth in data that it is measured on."
        placeholder="target"
        value={draft.target}
        onChange={(event) => set({ target: event.currentTarget.value })}
      />
      <Textarea
        label="Columns"
        description="In the order of the inputs, a line or a comma between two."
        placeholder={
          signature === null
            ? 'names of the columns'
            : signature.inputs
                .slice(0, 40)
                .map((input) => input.name)
                .join(', ')
        }
        value={draft.features}
        error={faultOf('features')}
        onChange={(event) => set({ features: event.currentTarget.value })}
        autosize
        minRows={2}
        maxRows={6}
      />
      <Textarea
        label="Classes"
        description="In the order of the probabilities; none for a regression."
        placeholder={signature?.classes?.slice(0, 40).join(', ') ?? 'names of the classes'}
        value={draft.classes}
        error={faultOf('classes')}
        onChange={(event) => set({ classes: event.currentTarget.value })}
        autosize
        minRows={2}
        maxRows={6}
      />
      <Select
        label="Task"
        value={draft.task}
        error={faultOf('task')}
        onChange={(value) => set({ task: taskOf(value ?? '') })}
        allowDeselect={false}
        data={[
          { value: '', label: signature === null ? 'Found out' : `Found out: ${signature.task}` },
          { value: 'classification', label: 'Classification' },
          { value: 'regression', label: 'Regression' },
        ]}
      />
      {outputs.length > 1 ? (
        <Select
          label="Output with the values or probabilities"
          value={draft.answer}
          error={faultOf('answer')}
          onChange={(value) => set({ answer: value ?? '' })}
          allowDeselect={false}
          data={[{ value: '', label: 'Found out' }, ...outputs.map((output) => output.name)]}
        />
      ) : null}
      {knownClasses.length === 2 ? (
        <Select
          label="Positive class"
          value={draft.positive}
          error={faultOf('positive')}
          onChange={(value) => set({ positive: value ?? '' })}
          allowDeselect={false}
          data={[{ value: '', label: `The second: ${knownClasses[1]}` }, ...knownClasses]}
        />
      ) : null}
      <Checkbox
        className={classes.wide ?? ''}
        label="Scores are no probabilities yet (logits): add softmax, or sigmoid for a single column"
        checked={draft.isLogits}
        error={faultOf('isLogits')}
        onChange={(event) => set({ isLogits: event.currentTarget.checked })}
      />
    </div>
  );
}

function taskOf(value: string): ReadingDraft['task'] {
  return value === 'classification' || value === 'regression' ? value : '';
}
