import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import mysql from 'mysql2';
import { freePort } from '../../kit/free-port.ts';

/** A MariaDB of this machine with a data folder of its own. */
export type MysqlServer = {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** Runs statements as the administrator. */
  sql(statements: string): Promise<void>;
  stop(): Promise<void>;
};

/** PEM texts; the server then speaks TLS. */
export type ServerCertificate = { key: string; certificate: string };

/**
 * The folder with `bin` or `sbin` of a MariaDB: as `ASSAY_MARIADB` says, else as installed; null when there is none.
 */
export function findMariadb(): string | null {
  const given = process.env.ASSAY_MARIADB;
  const roots = given === undefined ? ['/usr', '/usr/local', '/opt/mariadb'] : [given];
  return roots.find((root) => programOf(root, 'mariadbd') !== null && installer(root) !== null) ?? null;
}

function programOf(root: string, name: string): string | null {
  return (
    ['sbin', 'bin', 'libexec'].map((folder) => join(root, folder, name)).find((path) => existsSync(path)) ??
    null
  );
}

function installer(root: string): string | null {
  return programOf(root, 'mariadb-install-db') ?? programOf(root, 'mysql_install_db');
}

/** MariaDB does not run as root. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

export async function startMariadb(root: string, tls?: ServerCertificate): Promise<MysqlServer> {
  const dir = mkdtempSync(join(tmpdir(), 'assay-mariadb-'));
  const data = join(dir, 'data');
  mkdirSync(data);
  if (isRoot) for (const path of [dir, data]) chownSync(path, nobody, nobody);
  const user = isRoot ? ['--user=nobody'] : [];
  // Of a MariaDB that was only unpacked, its libraries lie beside it.
  const libraries = ['lib', 'lib64', 'lib/x86_64-linux-gnu'].map((name) => join(root, name)).join(':');
  const env = { ...process.env, ...(root.startsWith('/usr') ? {} : { LD_LIBRARY_PATH: libraries }) };
  const made = spawnSync(
    installer(root) ?? '',
    [
      '--no-defaults',
      `--basedir=${root}`,
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...user,
    ],
    { encoding: 'utf8', env },
  );
  if (made.status !== 0) throw new Error(`mariadb-install-db: ${made.stderr}${made.stdout}`);
  const port = await freePort();
  const program = programOf(root, 'mariadbd') ?? '';
  const server = spawn(
    program,
    [
      '--no-defaults',
      `--basedir=${dirname(dirname(program))}`,
      `--datadir=${data}`,
      `--socket=${join(dir, 'socket')}`,
      `--pid-file=${join(dir, 'pid')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-buffer-pool-size=64M',
      // Neither UTC nor that of this machine, so that a session that sets none is seen.
      '--default-time-zone=+05:00',
      ...tlsOptions(dir, tls),
      ...user,
    ],
    { stdio: 'ignore', env },
  );
  const administrator = { host: '127.0.0.1', port, user: 'root', multipleStatements: true };
  const sql = (statements: string): Promise<void> => statementsOf(administrator, statements);
  for (let tries = 0; ; tries++) {
    try {
      await sql('SELECT 1');
      break;
    } catch (thrown) {
      if (tries > 100) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  const password = 'secret-4711';
  await sql(`CREATE DATABASE shop CHARACTER SET utf8mb4;
    CREATE USER assay@'%' IDENTIFIED BY '${password}'; GRANT ALL ON shop.* TO assay@'%'`);
  return {
    host: '127.0.0.1',
    port,
    user: 'assay',
    password,
    database: 'shop',
    sql,
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function tlsOptions(dir: string, tls: ServerCertificate | undefined): string[] {
  if (tls === undefined) return [];
  writeFileSync(join(dir, 'key.pem'), tls.key);
  writeFileSync(join(dir, 'certificate.pem'), tls.certificate);
  return [`--ssl-key=${join(dir, 'key.pem')}`, `--ssl-cert=${join(dir, 'certificate.pem')}`];
}

function statementsOf(options: mysql.ConnectionOptions, statements: string): Promise<void> {
  const connection = mysql.createConnection(options);
  return new Promise((resolve, reject) => {
    connection.on('error', reject);
    connection.query(statements, (error) => {
      connection.destroy();
      if (error === null) resolve();
      else reject(error);
    });
  });
}
