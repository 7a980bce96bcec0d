/**
 * Lets a person search by simply typing a name: text without any operator of the filter language becomes a search
 * for names that contain it; everything else is sent as it is, so that faults are reported against the typed text.
 */
export function nameFilter(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const isCondition =
    /[=<>()'"`]/.test(trimmed) ||
    /\s(like|ilike|in|is|between|not)\s/i.test(trimmed) ||
    /^order\s+by\s/i.test(trimmed);
  return isCondition ? trimmed : `name ilike '%${trimmed.replace(/[\\%_]/g, '\\$&')}%'`;
}
