import { describe, expect, it } from 'vitest';
import { createOutputLog } from '../../../../local-api/cli/exec/output-log.ts';

describe('the output of a command', () => {
  it('is kept whole up to its bounds', () => {
    const log = createOutputLog({ headBytes: 10, tailBytes: 10 });
    log.add(Buffer.from('0123456'));
    log.add(Buffer.from('789abcdefghij'));
    expect(log.content().toString()).toBe('0123456789abcdefghij');
    expect(log.size()).toBe(20);
  });

  it('keeps the first and the last lines of more, and says how much is missing', () => {
    const log = createOutputLog({ headBytes: 10, tailBytes: 20 });
    const lines = Array.from({ length: 100 }, (_, n) => `line ${String(n).padStart(2, '0')}\n`);
    for (const line of lines) log.add(Buffer.from(line));
    expect(log.content().toString()).toBe('line 00\nli\n… 774 bytes left out …\nline 98\nline 99\n');
  });

  it('cuts a single chunk that is larger than both', () => {
    const log = createOutputLog({ headBytes: 4, tailBytes: 7 });
    log.add(Buffer.from(`${'x'.repeat(1000)}\nends\n`));
    expect(log.content().toString()).toBe('xxxx\n… 997 bytes left out …\nends\n');
  });
});
