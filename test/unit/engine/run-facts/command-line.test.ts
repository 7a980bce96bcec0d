import { describe, expect, it } from 'vitest';
import { commandLine, withoutSecretArguments } from '../../../../engine/run-facts/index.ts';

describe('the command of a run', () => {
  it('keeps no secrets of its arguments', () => {
    const command = [
      'run',
      '--api-key',
      'k1',
      '--password=p1',
      'HF_TOKEN=t1',
      '--lr',
      '0.1',
      'https://u:s1@host/x',
    ];
    expect(withoutSecretArguments(command)).toEqual([
      'run',
      '--api-key',
      '***',
      '--password=***',
      'HF_TOKEN=***',
      '--lr',
      '0.1',
      'https://***@host/x',
    ]);
  });

  it('leaves the option after a secret switch alone', () => {
    expect(withoutSecretArguments(['x', '--use-token', '--epochs', '3'])).toEqual([
      'x',
      '--use-token',
      '--epochs',
      '3',
    ]);
  });

  it('is written so that a shell reads it back', () => {
    expect(commandLine(['python', 'a b.py', "it's", 'x=1', ''])).toBe("python 'a b.py' 'it'\\''s' x=1 ''");
  });
});
