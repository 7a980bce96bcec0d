import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { tempFolder } from '../temp-folder.ts';

/** Why tests with git cannot run; null where they can. */
export function gitMissing(): string | null {
  return spawnSync('git', ['--version']).status === 0 ? null : 'git is not installed';
}

export type FarGit = {
  /** Of the bare repository, by the file system. */
  url: string;
  dir: string;
  /** What git prints of a command there. */
  git(...args: string[]): string;
  /** A commit of somebody else on the branch main. */
  commitElsewhere(file: string, text: string): void;
};

/** An empty bare repository, as services have them. */
export function farGit(): FarGit {
  const dir = join(tempFolder(), 'models.git');
  const run = (cwd: string, args: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
      .toString('utf8')
      .trim();
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', dir]);
  run(dir, ['config', 'uploadpack.allowFilter', 'true']);
  run(dir, ['config', 'http.receivepack', 'true']);
  return {
    url: `file://${dir}`,
    dir,
    git: (...args) => run(dir, args),
    commitElsewhere(file, text) {
      const clone = join(tempFolder(), 'clone');
      run(dir, ['clone', '--quiet', dir, clone]);
      execFileSync(process.execPath, [
        '-e',
        'require("fs").writeFileSync(process.argv[1], process.argv[2])',
        join(clone, file),
        text,
      ]);
      run(clone, ['add', '.']);
      run(clone, ['commit', '--quiet', '--message', file]);
      run(clone, ['push', '--quiet', 'origin', 'HEAD:main']);
    },
  };
}

/** A fault of a request: a status, the connection ended before any answer, or in the middle of what is sent. */
type GitFault = number | 'cut';
export type FarGitServer = FarGit & {
  origin: string;
  seen: string[];
  fault: ((request: { method: string; path: string }) => GitFault | null) | null;
};

/** The repository behind git's own program for HTTP; it wants the token of "git". */
export async function farGitServer(token: string): Promise<FarGitServer> {
  const far = farGit();
  const server = createServer((incoming, response) => {
    const path = incoming.url ?? '';
    state.seen.push(`${incoming.method} ${path}`);
    const fault = state.fault?.({ method: incoming.method ?? '', path }) ?? null;
    if (fault === 'cut') {
      incoming.once('data', () => incoming.socket.destroy());
      if (incoming.method === 'GET') incoming.socket.destroy();
    } else if (fault !== null) response.writeHead(fault).end();
    else if (incoming.headers.authorization !== `Basic ${Buffer.from(`git:${token}`).toString('base64')}`)
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    else serve(far.dir, incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const state: FarGitServer = Object.assign(far, {
    origin,
    url: `${origin}/models.git`,
    seen: [],
    fault: null,
  });
  return state;
}

/** `git http-backend` speaks CGI. */
function serve(dir: string, incoming: IncomingMessage, response: ServerResponse): void {
  const url = new URL(incoming.url ?? '/', 'http://far');
  const child = spawn('git', ['http-backend'], {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: join(dir, '..'),
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: incoming.method ?? '',
      CONTENT_TYPE: incoming.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: incoming.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(incoming.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'git',
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  incoming.pipe(child.stdin).on('error', () => {});
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.once('close', () => {
    const all = Buffer.concat(parts);
    const end = all.indexOf('\r\n\r\n');
    const headers = all
      .subarray(0, end)
      .toString('latin1')
      .split('\r\n')
      .map((line) => line.split(/: (.*)/s) as [string, string]);
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
    response.writeHead(
      Number.parseInt(status, 10),
      Object.fromEntries(headers.map(([name, value]) => [name, value])),
    );
    response.end(all.subarray(end + 4));
  });
}
