/** What a program needs to find its files and speak the person's language; keys and secrets are not among it. */
const passedOn = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'LANG',
  'LC_ALL',
  'TZ',
  'SystemRoot',
  'SystemDrive',
  'NODE_ENV',
  'NODE_COMPILE_CACHE',
];

/** The environment of a job process: a few variables of the engine's own, its temporary folder, and `extra`. */
export function jobEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  tmpDir: string,
  extra: Readonly<Record<string, string>>,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of passedOn) {
    const value = own[name];
    if (value !== undefined) environment[name] = value;
  }
  // Whatever a library writes to the side goes when the job does.
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) environment[name] = tmpDir;
  // Inside Electron the binary is not Node unless told so.
  if (process.versions.electron !== undefined) environment.ELECTRON_RUN_AS_NODE = '1';
  return { ...environment, ...extra };
}
