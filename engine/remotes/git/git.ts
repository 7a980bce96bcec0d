import { spawn } from 'node:child_process';
import { AssayError } from '../../errors.ts';
import { gitFailure } from './git-failures.ts';
import type { GitConfig } from './git-kind.ts';

type Options = {
  input?: Uint8Array | string;
  env?: Readonly<Record<string, string>>;
  /** Texts of the error output as they come: progress. */
  onText?(text: string): void;
};
export type Ended = { ok: boolean; out: Buffer; said: string };
export type Git = {
  /** Errors: those of `gitFailure`, and targets/unsupported where there is no git. */
  run(args: readonly string[], options?: Options): Promise<Buffer>;
  /** Gives how it ended. Errors: targets/unsupported where there is no git. */
  attempt(args: readonly string[], options?: Options): Promise<Ended>;
};

const maxSaidBytes = 64 * 1024;

/** Settings for each command: no questions, no hooks, no work in the background, and an end for connections that stall. */
const settings = [
  ['core.hooksPath', '/dev/null'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['core.autocrlf', 'false'],
  ['http.lowSpeedLimit', '1000'],
  ['http.lowSpeedTime', '60'],
] as const;

/** Runs the git of this machine in a folder. The token goes by the environment, which other users do not see. */
export function gitIn(dir: string, config: GitConfig, signal: AbortSignal): Git {
  const env = environment(config);
  const attempt: Git['attempt'] = (args, options = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn('git', args, {
        cwd: dir,
        env: { ...env, ...options.env },
        stdio: ['pipe', 'pipe', 'pipe'],
        windowsHide: true,
        signal,
      });
      const out: Buffer[] = [];
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said = `${said}${text}`.slice(-maxSaidBytes);
        options.onText?.(text);
      });
      child.once('error', (error) => reject(signal.aborted ? signal.reason : notThere(error)));
      child.once('close', (code) => {
        if (signal.aborted) reject(signal.reason);
        else resolve({ ok: code === 0, out: Buffer.concat(out), said });
      });
      // A program that ended early tells why by itself.
      child.stdin.on('error', () => {});
      child.stdin.end(options.input ?? '');
    });

  return {
    attempt,
    async run(args, options) {
      const { ok, out, said } = await attempt(args, options);
      if (ok) return out;
      throw gitFailure(said, config.url);
    },
  };
}

function notThere(error: Error): unknown {
  if (!('code' in error) || error.code !== 'ENOENT') return error;
  return new AssayError('targets/unsupported', 'Git is not installed on the machine of the engine.', {
    hint: 'Install git there, so that "git --version" answers.',
    cause: error,
  });
}

function environment({ url, username, token }: GitConfig): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('GIT_') || name === 'GIT_SSH_COMMAND' || name.startsWith('GIT_SSL'),
  );
  const secret: [string, string][] = [];
  if (token !== undefined && /^https?:/.test(url)) {
    const basic = Buffer.from(`${username}:${token}`, 'utf8').toString('base64');
    // The one given is meant, none that the machine keeps.
    secret.push(
      ['credential.helper', ''],
      [`http.${new URL(url).origin}/.extraHeader`, `Authorization: Basic ${basic}`],
    );
  }
  const all = [...settings, ...secret];
  return {
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes -oConnectTimeout=15 -oServerAliveInterval=15',
    ...Object.fromEntries(own),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    GIT_ALLOW_PROTOCOL: 'file:http:https:ssh',
    GIT_CONFIG_COUNT: String(all.length),
    ...Object.fromEntries(
      all.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}
