/** Names that Windows keeps for devices, whatever stands behind the dot. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * What is wrong with a path that somebody else wrote, as the name of a file below a folder of ours; null when nothing is.
 * Names that are harmless on one system and not on another are refused everywhere.
 */
export function nameProblem(name: string): string | null {
  if (name === '') return 'has no name';
  if (name.length > 400) return 'has a name of more than 400 characters';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'has a control character in its name';
  if (name.includes('\uFFFD')) return 'has a name that is no UTF-8';
  if (name.includes('\\') || name.includes(':')) return 'has a name with "\\" or ":"';
  const parts = name.split('/');
  if (name.startsWith('/') || parts.includes('..')) return 'leads out of the archive';
  if (parts.includes('') || parts.includes('.')) return 'has an empty part or "." in its path';
  if (parts.some((part) => device.test(part) || /[. ]$/.test(part)))
    return 'has a name that some systems cannot hold';
  return null;
}
