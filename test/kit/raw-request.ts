import { request } from 'node:http';
import { connect } from 'node:net';

export type RawAnswer = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
};

export type RawOptions = {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Called when the server has taken the request, which is before any of the body is sent. */
  onTaken?(): void;
};

/** A request exactly as given: no client in between corrects the path, sets a Host of its own or follows redirects. */
export function rawRequest(
  url: string,
  path: string,
  { method = 'GET', headers, body: sent, onTaken }: RawOptions = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: hostname,
        port,
        path,
        method,
        headers: onTaken === undefined ? headers : { ...headers, expect: '100-continue' },
        agent: false,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
        response.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    if (onTaken === undefined) {
      outgoing.end(sent);
      return;
    }
    outgoing.once('continue', () => {
      onTaken();
      outgoing.end(sent);
    });
    outgoing.flushHeaders();
  });
}

/** Writes bytes to the port and gives everything that comes back until the other side closes. */
export function rawBytes(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.end(text));
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
  });
}
