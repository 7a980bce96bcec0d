import { describe, expect, it } from 'vitest';
import { cpuTicks, memoryUse, networkBytes, processUse } from '../../../../engine/run-facts/proc-files.ts';

/* The formats are those of proc(5) of the Linux man-pages. */

describe('the files of /proc', () => {
  it('counts waiting for a disk as idle', () => {
    const stat = 'cpu  100 10 50 1000 40 5 5 0 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n';
    expect(cpuTicks(stat)).toEqual({ total: 1210, busy: 170 });
  });

  it('takes as used what programs could not get', () => {
    const text = 'MemTotal:       2048000 kB\nMemFree:          10000 kB\nMemAvailable:   1024000 kB\n';
    expect(memoryUse(text)).toEqual({ totalMegabytes: 2000, usedMegabytes: 1000 });
  });

  it('sums the network devices without the loopback', () => {
    const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 900 1 0 0 0 0 0 0 900 1 0 0 0 0 0 0
  eth0: 100 1 0 0 0 0 0 0 30 1 0 0 0 0 0 0
wlan0:50 1 0 0 0 0 0 0 7 1 0 0 0 0 0 0
`;
    expect(networkBytes(text)).toEqual({ received: 150, sent: 37 });
  });

  it('is not misled by a process whose name has brackets and spaces', () => {
    const fields = ['S', 1, 40, 41, 0, -1, 0, 0, 0, 0, 0, 70, 30, 0, 0, 20, 0, 1, 0, 5, 1000, 25, 0];
    expect(processUse(`42 (a) b (c) ${fields.join(' ')}`)).toEqual({
      session: 41,
      ticks: 100,
      residentPages: 25,
    });
  });
});
