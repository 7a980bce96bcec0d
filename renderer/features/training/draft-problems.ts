import { type Problem, Recipe } from '../../../local-api/contract/index.ts';
import type { Draft } from './draft.ts';
import { toRecipe } from './draft-recipe.ts';
import { targetName } from './target-draft.ts';

/** The parts of the page, in order. */
export type Section =
  | 'data'
  | 'target'
  | 'features'
  | 'preprocessing'
  | 'split'
  | 'trainers'
  | 'answers'
  | 'judging'
  | 'rows'
  | 'experiment'
  | 'recipe';

export type DraftProblem = {
  section: Section;
  /** The field within the section: a feature's name, `gbdt.trees`; empty for the section itself. */
  field: string;
  message: string;
};

const sectionTitles: Record<Section, string> = {
  data: 'data',
  target: 'target',
  features: 'features',
  preprocessing: 'preprocessing',
  split: 'split',
  trainers: 'trainers',
  answers: 'answers',
  judging: 'validation and search',
  rows: 'rows and limits',
  experiment: 'experiment',
  recipe: 'recipe as text',
};

/** Where a problem stands on the page, for those who read of it elsewhere: "trainers · gbdt.trees". */
export function placeWords({ section, field }: DraftProblem): string {
  const within = field
    .replace(/^space\./, '')
    .replaceAll('/', '.')
    .replace(/\.$/, '');
  return within === '' || section === 'target'
    ? sectionTitles[section]
    : `${sectionTitles[section]} · ${within}`;
}

/** Everything that keeps a draft from being sent, found without asking the engine. */
export function draftProblems(draft: Draft): DraftProblem[] {
  const problems: DraftProblem[] = [];
  const add = (section: Section, field: string, message: string) =>
    problems.push({ section, field, message });
  if (targetName(draft.target).trim() === '') {
    add(
      'target',
      '',
      draft.target.kind === 'column' ? 'Choose what is to be predicted.' : 'Give the target a name.',
    );
  }
  if (draft.target.kind === 'expression' && draft.target.expression.trim() === '') {
    add('target', 'expression', 'Write the expression, for example: delay > 15');
  }
  if (draft.task === 'ranking' && draft.group === '') {
    add('target', 'group', 'Choose the column that is equal for rows to put in order together.');
  }
  if (!Object.values(draft.features).some((feature) => feature.included)) {
    add('features', '', 'Choose at least one feature.');
  }
  for (const [index, { columns }] of draft.preprocessing.interactions.entries()) {
    if (columns.includes('')) add('preprocessing', `interactions.${index}`, 'Choose both features.');
  }
  if (draft.split.kind === 'time' && draft.split.column === '') {
    add('split', 'column', 'Choose the column that orders the rows in time.');
  } else if (draft.split.kind === 'group' && draft.split.column === '') {
    add('split', 'column', 'Choose the column whose values keep rows together.');
  }
  if (draft.split.test + draft.split.validation >= 0.95) {
    add('split', '', 'Leave at least 5 % of the rows for training.');
  }
  const { validation, tuning } = draft.judging;
  const schemes =
    validation.kind === 'nested'
      ? { 'outer/': validation.outer, 'inner/': validation.inner }
      : { '': validation };
  for (const [part, scheme] of Object.entries(schemes)) {
    if (scheme.kind === 'group' && scheme.column === '') {
      add('judging', `validation/${part}column`, 'Choose the column whose values keep rows together.');
    }
  }
  if (tuning?.objectives?.some(({ metric }) => metric.trim() === '')) {
    add('judging', 'tuning/objectives', 'Name the metric of every objective.');
  }
  if (validation.kind === 'timeSeries' && draft.split.kind !== 'time') {
    add('judging', 'validation', 'Folds in time need a split by time.');
  }
  if (Object.keys(draft.trainers).length === 0)
    add('trainers', '', 'Choose at least one trainer, or let Assay choose.');
  if (draft.experiment.trim() === '') add('experiment', '', 'Name the experiment that the runs go to.');
  if (problems.length > 0) return problems;
  return Object.keys(draft.trainers).flatMap((kind) => contractProblems(draft, kind));
}

/** The contract's own verdict on the recipe: limits of settings, lengths, patterns. */
function contractProblems(draft: Draft, kind: string): DraftProblem[] {
  const parsed = Recipe.safeParse(toRecipe(draft, kind));
  if (parsed.success) return [];
  return parsed.error.issues.map((issue) => placeProblem(`/${issue.path.join('/')}`, issue.message, kind));
}

/**
 * Finds the place on the page for a problem that the engine lists, by its JSON pointer into the request or the recipe:
 * `/recipe/trainer/trees` is the field `gbdt.trees` of the trainers. What has no place of its own stands with the data.
 */
export function placeProblem(path: string, message: string, trainer: string): DraftProblem {
  const [, first = '', ...rest] = path
    .replace(/^\/?(body\/)?(recipe\/)?/, '/')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  switch (first) {
    case 'target':
      return { section: 'target', field: rest[0] === 'expression' ? 'expression' : '', message };
    case 'positive':
    case 'group':
    case 'task':
      return { section: 'target', field: first, message };
    case 'features':
      return { section: 'features', field: rest[0] === 'roles' ? (rest[1] ?? '') : '', message };
    case 'preprocessing':
      return { section: 'preprocessing', field: preprocessingField(rest), message };
    case 'weights':
      return { section: 'answers', field: `weights.${rest[0] ?? ''}`, message };
    case 'calibration':
    case 'threshold':
      return { section: 'answers', field: first, message };
    case 'evaluation':
      return { section: 'answers', field: rest[0] ?? '', message };
    case 'validation':
      return { section: 'judging', field: [first, ...rest].join('/'), message };
    case 'tuning':
      return { section: 'judging', field: tuningField(rest, trainer), message };
    case 'split':
      return { section: 'split', field: rest[0] ?? '', message };
    case 'auto':
    case 'trainer':
      return { section: 'trainers', field: rest[0] ? `${trainer}.${rest[0]}` : trainer, message };
    case 'rows':
      return { section: 'rows', field: rest[0] ?? '', message };
    case 'seed':
    case 'limits':
      return { section: 'rows', field: [first, ...rest].join('.'), message };
    case 'experimentId':
    case 'name':
      return { section: 'experiment', field: '', message };
    default:
      return { section: 'data', field: '', message };
  }
}

/** What is wrong, and what was expected where the message does not say it. */
export function problemWords({ message, expected }: Pick<Problem, 'message' | 'expected'>): string {
  if (expected === undefined || message.includes(expected)) return message;
  return expected.startsWith('did you mean')
    ? `${message}: ${expected}`
    : `${message} – expected ${expected}`;
}

/** `tuning/trials`, `tuning/method/steps`; a setting of the space by its trainer: `space.gbdt.trainer.leaves`. */
function tuningField([part, ...path]: readonly string[], trainer: string): string {
  if (part === 'space') return `space.${trainer}.${path[0] ?? ''}`;
  if (part === undefined) return 'tuning';
  return ['tuning', part, ...(part === 'method' ? path : [])].join('/');
}

/** `numeric.scale`, `columns.mass.scale`, or the whole interaction: `interactions.0`. */
function preprocessingField([group = '', ...path]: readonly string[]): string {
  return [group, ...(group === 'interactions' ? path.slice(0, 1) : path)].join('.');
}
