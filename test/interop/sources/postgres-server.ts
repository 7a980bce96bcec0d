import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../kit/free-port.ts';

/** A PostgreSQL of this machine with a data folder of its own. */
export type PostgresServer = {
  host: string;
  port: number;
  user: string;
  password: string;
  /** Runs SQL with psql. */
  sql(statement: string): void;
  stop(): Promise<void>;
};

const debian = '/usr/lib/postgresql';

/** Where the programs of a server are; null when none is installed. */
export function findPostgres(): string | null {
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ];
  return (
    folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'psql'))) ?? null
  );
}

/** PostgreSQL does not run as root. */
const nobody = 65_534;
const as = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

export async function startPostgres(bin: string): Promise<PostgresServer> {
  const dir = mkdtempSync(join(tmpdir(), 'assay-postgres-'));
  const password = 'secret-4711';
  writeFileSync(join(dir, 'password'), password);
  if ('uid' in as) for (const path of [dir, join(dir, 'password')]) chownSync(path, nobody, nobody);
  const data = join(dir, 'data');
  const made = spawnSync(
    join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'assay',
      '-A',
      'scram-sha-256',
      `--pwfile=${join(dir, 'password')}`,
      '-E',
      'UTF8',
      '-N',
    ],
    { ...as, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    `unix_socket_directories=${dir}`,
    'fsync=off',
  ];
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    {
      ...as,
      stdio: 'ignore',
    },
  );
  const psql = (statement: string) =>
    spawnSync(
      join(bin, 'psql'),
      [
        '-v',
        'ON_ERROR_STOP=1',
        '-h',
        '127.0.0.1',
        '-p',
        String(port),
        '-U',
        'assay',
        '-c',
        statement,
        'postgres',
      ],
      {
        env: { PGPASSWORD: password },
        encoding: 'utf8',
      },
    );
  for (let tries = 0; psql('SELECT 1').status !== 0; tries++) {
    if (tries > 100) throw new Error('PostgreSQL does not start');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return {
    host: '127.0.0.1',
    port,
    user: 'assay',
    password,
    sql(statement) {
      const { status, stderr } = psql(statement);
      if (status !== 0) throw new Error(stderr);
    },
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGINT');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
