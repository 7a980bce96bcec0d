import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Type and modifier as the catalogue of PostgreSQL numbers them. */
export type FarField = { name: string; oid: number; modifier?: number };
/** The columns of a query and what COPY gives for it, an error of the server, or nothing ever. */
export type FarPostgresAnswer =
  | { fields: FarField[]; copied: string }
  | { error: { code: string; message: string } }
  | 'silence';
export type FarPostgres = { port: number; seen: string[] };

const SSL_REQUEST = 80_877_103;
const PROCESS_ID = 4711;

/**
 * What speaks as a PostgreSQL server does (protocol 3.0: startup, simple and extended queries, COPY out), in this
 * process, gone after the test. It knows no TLS and turns the user "locked" away.
 */
export async function farPostgres(answer: (sql: string) => FarPostgresAnswer): Promise<FarPostgres> {
  const far: FarPostgres = { port: 0, seen: [] };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let bytes = Buffer.alloc(0);
    let isStarted = false;
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (;;) {
        // The first message has no letter before its length.
        const lead = isStarted ? 1 : 0;
        const size = bytes.length < lead + 4 ? Number.POSITIVE_INFINITY : lead + bytes.readInt32BE(lead);
        if (bytes.length < size) return;
        const message = bytes.subarray(0, size);
        bytes = bytes.subarray(size);
        if (isStarted) reply(socket, far, message, answer);
        else isStarted = begin(socket, message);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  far.port = (server.address() as AddressInfo).port;
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return far;
}

/** Whether what follows are ordinary messages. */
function begin(socket: Socket, message: Buffer): boolean {
  if (message.readInt32BE(4) === SSL_REQUEST) {
    socket.write('N');
    return false;
  }
  if (message.includes('user\0locked\0')) {
    socket.end(failure({ code: '28P01', message: 'password authentication failed for user "locked"' }));
    return true;
  }
  const key = Buffer.alloc(8);
  key.writeInt32BE(PROCESS_ID);
  socket.write(Buffer.concat([framed('R', Buffer.alloc(4)), framed('K', key), ready()]));
  return true;
}

function reply(
  socket: Socket,
  far: FarPostgres,
  message: Buffer,
  answer: (sql: string) => FarPostgresAnswer,
): void {
  const letter = String.fromCharCode(message[0] ?? 0);
  const texts = message.subarray(5).toString().split('\0');
  if (letter === 'P') far.seen.push(texts[1] ?? '');
  if (letter === 'S') socket.write(Buffer.concat([done('SELECT 0'), ready()]));
  if (letter !== 'Q') return;
  const [sql = ''] = texts;
  far.seen.push(sql);
  if (sql.startsWith('SET')) {
    socket.write(Buffer.concat([done('SET'), ready()]));
    return;
  }
  const given = answer(sql);
  if (given === 'silence') return;
  if ('error' in given) socket.write(Buffer.concat([failure(given.error), ready()]));
  else if (sql.startsWith('COPY')) socket.write(Buffer.concat([...copyOut(given), done('COPY 1'), ready()]));
  else socket.write(Buffer.concat([description(given.fields), done('SELECT 0'), ready()]));
}

function framed(letter: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(letter);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const ready = () => framed('Z', Buffer.from('I'));
const done = (tag: string) => framed('C', Buffer.from(`${tag}\0`));

function failure({ code, message }: { code: string; message: string }): Buffer {
  return framed('E', Buffer.from(`SERROR\0VERROR\0C${code}\0M${message}\0\0`));
}

function description(fields: readonly FarField[]): Buffer {
  const parts = fields.map(({ name, oid, modifier = -1 }) => {
    const facts = Buffer.alloc(18);
    facts.writeInt32BE(oid, 6);
    facts.writeInt32BE(modifier, 12);
    return Buffer.concat([Buffer.from(`${name}\0`), facts]);
  });
  const count = Buffer.alloc(2);
  count.writeInt16BE(fields.length);
  return framed('T', Buffer.concat([count, ...parts]));
}

/** In pieces that end anywhere, as those of a network do. */
function copyOut({ fields, copied }: { fields: readonly FarField[]; copied: string }): Buffer[] {
  const head = Buffer.alloc(3 + 2 * fields.length);
  head.writeInt16BE(fields.length, 1);
  const bytes = Buffer.from(copied);
  const middle = bytes.length >> 1;
  const data = [bytes.subarray(0, middle), bytes.subarray(middle)].map((part) => framed('d', part));
  return [framed('H', head), ...data, framed('c', Buffer.alloc(0))];
}
