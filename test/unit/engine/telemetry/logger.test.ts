import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../../../engine/telemetry/index.ts';
import { withoutSecrets } from '../../../../engine/telemetry/without-secrets.ts';
import { fakeClock } from '../../../kit/clock.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';

const linesOf = (path: string): Record<string, unknown>[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('createLogger', () => {
  it('writes JSON lines that only the owner can read, and nothing below its level', () => {
    const dir = tempFolder();
    const logger = createLogger({ dir, level: 'info', clock: fakeClock() });
    logger.debug({}, 'not this');
    logger.info({ runId: 'r1' }, 'this');
    logger.setLevel('debug');
    logger.debug({}, 'now this');
    logger.close();
    const path = join(dir, 'engine.jsonl');
    expect(linesOf(path)).toMatchObject([
      { level: 'info', time: '2026-01-01T00:00:00.000Z', msg: 'this', runId: 'r1' },
      { level: 'debug', msg: 'now this' },
    ]);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('puts full files aside whole and keeps the newest of them', () => {
    const dir = tempFolder();
    const clock = fakeClock();
    const logger = createLogger({ dir, level: 'info', clock, maxBytes: 1000, keepFiles: 3 });
    for (let i = 0; i < 100; i += 1) {
      clock.advance(1000);
      logger.info({ i }, 'a line of some length, to fill the file');
    }
    logger.close();
    const names = readdirSync(dir);
    expect(names).toHaveLength(4);
    const numbers = names
      .sort((a, b) => (a === 'engine.jsonl' ? 1 : b === 'engine.jsonl' ? -1 : a < b ? -1 : 1))
      .flatMap((name) => {
        expect(statSync(join(dir, name)).size).toBeLessThanOrEqual(1000);
        return linesOf(join(dir, name)).map((line) => line.i as number);
      });
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => 100 - numbers.length + i));
  });

  it('goes on with the file of the engine before', () => {
    const dir = tempFolder();
    for (const msg of ['first', 'second']) {
      const logger = createLogger({ dir, level: 'info', clock: fakeClock() });
      logger.info({}, msg);
      logger.close();
    }
    expect(linesOf(join(dir, 'engine.jsonl')).map((line) => line.msg)).toEqual(['first', 'second']);
  });

  it('says the same on stderr for people when asked to', () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const logger = createLogger({ dir: null, level: 'info', clock: fakeClock(), stderr: true });
    logger.warn({ url: 'http://127.0.0.1:4890/?token=abc' }, 'look');
    const written = write.mock.calls.map(([text]) => text);
    write.mockRestore();
    expect(written).toEqual(['00:00:00.000 warn  look url=http://127.0.0.1:4890/?token=[redacted]\n']);
  });
});

describe('withoutSecrets', () => {
  it.each([
    ['{"token":"s3cret"}', '{"token":"[redacted]"}'],
    ['{"a":{"accessToken":"a\\"b","x":1}}', '{"a":{"accessToken":"[redacted]","x":1}}'],
    [
      '{"headers":{"Authorization":"Bearer abc","cookie":"x=1"}}',
      '{"headers":{"Authorization":"[redacted]","cookie":"[redacted]"}}',
    ],
    ['{"url":"/?token=abc-_9&x=1"}', '{"url":"/?token=[redacted]&x=1"}'],
    ['{"msg":"sent Bearer abc.def= to it"}', '{"msg":"sent Bearer [redacted] to it"}'],
    [
      '{"api_key":"k","client_secret":"s","password":"p"}',
      '{"api_key":"[redacted]","client_secret":"[redacted]","password":"[redacted]"}',
    ],
  ])('leaves no secret in %s', (line, clean) => {
    expect(withoutSecrets(line)).toBe(clean);
    expect(() => JSON.parse(withoutSecrets(line))).not.toThrow();
  });

  it('leaves what is no secret', () => {
    const line = '{"runId":"abc","tokens":512,"msg":"basically fine, bearer of news"}';
    expect(withoutSecrets(line)).toContain('"tokens":512');
    expect(withoutSecrets(line)).toContain('basically fine');
  });
});
