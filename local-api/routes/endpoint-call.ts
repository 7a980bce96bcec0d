import { AssayError } from '../../engine/errors.ts';
import type { ModelRegistry } from '../../engine/models/index.ts';
import type { EndpointPredictResponse } from '../contract/index.ts';
import { deprecationHeaders } from './deprecation-headers.ts';

const longestDeadlineMs = 600_000;

/** The deadline that a caller sets with `x-timeout-ms`. Errors: `request/invalid`. */
export function deadlineOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const milliseconds = Number(text);
  if (Number.isInteger(milliseconds) && milliseconds >= 1 && milliseconds <= longestDeadlineMs)
    return milliseconds;
  const expected = `a whole number of milliseconds, 1 to ${longestDeadlineMs}`;
  throw new AssayError('request/invalid', `x-timeout-ms is not ${expected}.`, {
    problems: [{ path: 'x-timeout-ms', message: `is "${text.slice(0, 60)}"`, expected }],
  });
}

/** The versions that gave an answer: all members of an ensemble. */
export function versionsIn(answer: EndpointPredictResponse): string {
  return (answer.members ?? [answer]).map(({ version }) => version).join(', ');
}

/** What the headers of an answer tell in every protocol: arm, versions, whether it was kept, what is deprecated. */
export async function answerHeaders(
  answer: EndpointPredictResponse,
  models: Pick<ModelRegistry, 'resolve'>,
): Promise<Record<string, string>> {
  const headers: Record<string, string> = {
    'X-Assay-Arm': answer.arm,
    'X-Assay-Version': versionsIn(answer),
  };
  if (answer.isCached) headers['X-Assay-Cache'] = 'hit';
  for (const { model, version } of answer.members ?? [answer])
    Object.assign(headers, deprecationHeaders(await models.resolve(`${model}/${version}`)));
  return headers;
}
