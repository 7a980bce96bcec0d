import { CardField, type ModelCard, type ModelVersion } from '../../../local-api/contract/index.ts';
import { type CardFields, generatedFields } from './card-fields.ts';

const headings: Record<CardField, string> = {
  licence: 'Licence',
  intendedUse: 'Intended use',
  outOfScopeUse: 'Out of scope',
  data: 'Data',
  evaluation: 'Evaluation',
  limitations: 'Limitations',
  ethics: 'Ethical considerations',
  citation: 'Citation',
  contact: 'Contact',
};

/** The card of a version from its text and the fields that somebody wrote. */
export function modelCardOf(version: ModelVersion, written: CardFields): ModelCard {
  const fields: CardFields = { ...generatedFields(version), ...written };
  const filled = CardField.options.filter((field) => isFilled(fields[field]));
  return {
    model: version.model,
    version: version.version,
    fields,
    generated: filled.filter((field) => written[field] === undefined),
    missing: CardField.options.filter((field) => !filled.includes(field)),
    completeness: filled.length / CardField.options.length,
    markdown: asMarkdown(version.card, written),
  };
}

/** The stored fields after a change; an empty text takes a field away. */
export function changedFields(written: CardFields, change: CardFields): CardFields {
  const entries = Object.entries({ ...written, ...change }).filter(([, text]) => isFilled(text));
  return Object.fromEntries(entries);
}

function isFilled(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== '';
}

/** What the training knows stands in the text of the card already. */
function asMarkdown(card: string, written: CardFields): string {
  const sections = CardField.options.flatMap((field) => {
    const text = written[field];
    return text !== undefined && isFilled(text) ? [`## ${headings[field]}\n\n${text.trim()}`] : [];
  });
  return [card.trim(), ...sections]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}
