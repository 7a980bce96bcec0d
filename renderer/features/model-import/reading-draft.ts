import { type ModelImportReport, ModelName } from '../../../local-api/contract/index.ts';

/** The form as it is typed. Empty fields are left to the engine. */
export type ReadingDraft = {
  name: string;
  features: string;
  classes: string;
  positive: string;
  target: string;
  task: '' | 'classification' | 'regression';
  answer: string;
  isLogits: boolean;
};

/** A draft for a file: the model is called like it. */
export function newDraft(file: string): ReadingDraft {
  const name = file.replace(/\.(onnx|zip|json)$/i, '').replaceAll(/[^\p{L}\p{N}._ -]+/gu, '-');
  return {
    name: ModelName.safeParse(name).success ? name : '',
    ...{
      features: '',
      classes: '',
      positive: '',
      target: '',
      task: '' as const,
      answer: '',
      isLogits: false,
    },
  };
}

/** Names as people list them: a line or a comma between two. */
export function namesOf(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** The part of a request that says how the file is read. */
export function readingOf(draft: ReadingDraft) {
  const features = namesOf(draft.features);
  const classes = namesOf(draft.classes);
  const text = (key: 'positive' | 'target' | 'answer') =>
    draft[key].trim() === '' ? {} : { [key]: draft[key].trim() };
  return {
    ...(features.length === 0 ? {} : { features }),
    ...(classes.length === 0 ? {} : { classes }),
    ...(draft.task === '' ? {} : { task: draft.task }),
    ...text('positive'),
    ...text('target'),
    ...text('answer'),
    scores: draft.isLogits ? ('logits' as const) : ('probabilities' as const),
  };
}

/** Which field a problem of a report is about; null for the file itself. */
export function fieldOf({ path }: ModelImportReport['problems'][number]): keyof ReadingDraft | null {
  const [, field] = path.split('/');
  if (field === 'scores') return 'isLogits';
  return field === 'features' ||
    field === 'classes' ||
    field === 'positive' ||
    field === 'task' ||
    field === 'answer'
    ? field
    : null;
}
