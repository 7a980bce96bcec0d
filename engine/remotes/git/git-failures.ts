import type { ErrorCode } from '../../../local-api/contract/errors.ts';
import { AssayError } from '../../errors.ts';

type Known = { said: RegExp; code: ErrorCode; text: string; hint?: string };

/** What git says in English, the first that matches. */
const known: Known[] = [
  {
    said: /no space left|disk quota|quota exceeded|ENOSPC|returned error: 507/i,
    code: 'targets/full',
    text: 'has no space left',
  },
  {
    said: /without `?workflows?`? (?:scope|permission)/i,
    code: 'targets/unauthorized',
    text: 'does not let this token write workflows',
    hint: 'Give the token the right to change workflows, or switch off the workflow in the settings of the target.',
  },
  {
    said: /host key verification failed/i,
    code: 'targets/unauthorized',
    text: 'is not known to SSH on this machine',
    hint: 'Connect to it once with ssh as the user that runs the engine, and accept its key.',
  },
  {
    said: /exceeds .*(?:file )?size limit|larger than|GH001|pack exceeds maximum|returned error: 413/i,
    code: 'targets/refused',
    text: 'does not take files of this size',
    hint: 'Push this model to an object store or a registry.',
  },
  {
    said: /protected branch|GH006|GH013|not allowed to push|pre-receive hook declined/i,
    code: 'targets/unauthorized',
    text: 'protects its branch or tags',
    hint: 'Let the account push to the branch, or name another one in the settings of the target.',
  },
  {
    said: /authentication failed|could not read (?:username|password)|invalid credentials|permission denied|insufficient permission|permission to .* denied|returned error: 40[13]|write access to repository not granted/i,
    code: 'targets/unauthorized',
    text: 'refuses the credentials',
    hint: 'For HTTPS enter a token that may write; for SSH this machine needs a key that the repository knows.',
  },
  {
    said: /repository .*not found|does not appear to be a git repository|returned error: 404|does not exist/i,
    code: 'targets/refused',
    text: 'is not there, or these credentials may not see it',
    hint: 'Make the repository, or correct its address.',
  },
  {
    said: /certificate|SSL|TLS/,
    code: 'targets/refused',
    text: 'has a certificate that this machine does not trust',
    hint: 'Name the file of its certificate authority in the settings of git: http.sslCAInfo.',
  },
  {
    said: /could not resolve|connection (?:refused|timed out|reset|closed)|couldn't connect|failed to connect|operation (?:timed out|too slow)|network is unreachable|no route to host|returned error: (?:429|5\d\d)|early EOF|hung up|unexpected disconnect|RPC failed|could not read from remote repository|empty reply|transfer closed|invalid index-pack|temporary failure/i,
    code: 'targets/unreachable',
    text: 'cannot be reached, or the connection was cut',
  },
];

/** Whether refs there are not as they were seen: somebody pushed meanwhile. */
export function isMoved(said: string): boolean {
  return /\[rejected\]|fetch first|non-fast-forward|cannot lock ref|failed to update ref|reference already exists/i.test(
    said,
  );
}

/** The error behind what a command of git wrote; `where` names the repository. */
export function gitFailure(said: string, where: string): AssayError {
  const lines = said
    .split(/[\r\n]+/)
    .map((line) => line.replace(/^(?:remote: )?(?:fatal|error): |^remote: /, '').trim())
    .filter((line) => line !== '' && !/^(?:Cloning|To |hint:|warning: filtering)/.test(line));
  const words = lines.slice(0, 4).join(' ').slice(0, 500);
  const found = known.find(({ said: pattern }) => pattern.test(said));
  if (found === undefined) return new AssayError('targets/refused', `${where}: git says: ${words}`);
  return new AssayError(found.code, `${where} ${found.text}: ${words}`, {
    ...(found.hint === undefined ? {} : { hint: found.hint }),
  });
}
