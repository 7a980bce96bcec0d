import type { Signature } from '../../local-api/contract/index.ts';

type Input = Signature['inputs'][number];

/** A whole number can be sent where a number is expected, and a date where a moment is. */
const wider: Partial<Record<Input['type'], Input['type']>> = { integer: 'float', date: 'datetime' };

/**
 * What callers of one model would have to change for another: empty when their requests fit and the answers read alike.
 * Columns that are no longer used do no harm, nor do new ones that may be missing.
 */
export function breakingChanges(before: Signature, after: Signature): string[] {
  const known = new Map(before.inputs.map((input) => [input.name, input]));
  return [
    ...(before.task === after.task ? [] : [`the task is ${after.task}, not ${before.task}`]),
    ...(before.target === after.target ? [] : [`it answers ${after.target}, not ${before.target}`]),
    ...classChanges(before, after),
    ...after.inputs.flatMap((input) => inputChange(known.get(input.name), input)),
  ];
}

function classChanges(before: Signature, after: Signature): string[] {
  const names = ({ classes }: Signature) => (classes ?? []).join(', ');
  if (names(before) !== names(after)) return [`the classes are ${names(after)}, not ${names(before)}`];
  if (before.positive === after.positive) return [];
  return [`the positive class is ${after.positive}, not ${before.positive}`];
}

function inputChange(before: Input | undefined, after: Input): string[] {
  const { name, type } = after;
  if (before === undefined) return after.nullable ? [] : [`"${name}" must be sent`];
  const changes: string[] = [];
  if (before.type !== type && wider[before.type] !== type)
    changes.push(`"${name}" is ${type}, not ${before.type}`);
  if (before.nullable && !after.nullable) changes.push(`"${name}" must not be missing`);
  return changes;
}

/** Everything that differs between two signatures, breaking or not, for people. */
export function signatureChanges(before: Signature, after: Signature): string[] {
  const changes = breakingChanges(before, after);
  const known = new Map(before.inputs.map((input) => [input.name, input]));
  const names = new Set(after.inputs.map(({ name }) => name));
  for (const input of after.inputs) {
    const old = known.get(input.name);
    if (old === undefined) {
      if (input.nullable) changes.push(`"${input.name}" is new and may be missing`);
    } else if (old.type !== input.type && wider[old.type] === input.type) {
      changes.push(`"${input.name}" takes ${input.type} now, ${old.type} too`);
    } else if (!old.nullable && input.nullable) changes.push(`"${input.name}" may be missing now`);
  }
  for (const { name } of before.inputs) if (!names.has(name)) changes.push(`"${name}" is no longer used`);
  return changes;
}
