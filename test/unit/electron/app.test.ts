import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jobNotice } from '../../../electron/app/job-notice.ts';
import { menuTemplate } from '../../../electron/app/menu.ts';
import { openableFiles } from '../../../electron/app/opened-files.ts';
import { desktopOptions } from '../../../electron/app/options.ts';
import { failurePage } from '../../../electron/app/pages.ts';

describe('desktopOptions', () => {
  it('takes workspace and port from the arguments before the environment', () => {
    expect(desktopOptions(['--workspace', '/a', '--port=0'], { ASSAY_WORKSPACE: '/b' })).toEqual({
      workspace: resolve('/a'),
      port: 0,
    });
    expect(desktopOptions([], { ASSAY_WORKSPACE: '/b' })).toEqual({ workspace: resolve('/b'), port: 4890 });
    expect(desktopOptions(['--port', 'no'], {})).toEqual({ workspace: null, port: 4890 });
  });
});

describe('openableFiles', () => {
  it('keeps data and model files and leaves out options and the rest', () => {
    expect(
      openableFiles(['/d/a.csv', '--x=/d/b.csv', '/d/c.PARQUET', '/d/d.exe', 'e.csv', '/d/m.onnx']),
    ).toEqual(['/d/a.csv', '/d/c.PARQUET', '/d/m.onnx']);
  });
});

describe('menuTemplate', () => {
  const actions = { navigate() {}, openFiles() {}, openDocs() {}, showLogs() {} };
  const labels = (isDevelopment: boolean) =>
    JSON.stringify(menuTemplate('linux', actions, { isDevelopment }));
  it('has developer tools in development only', () => {
    expect(labels(true)).toContain('toggleDevTools');
    expect(labels(false)).not.toContain('toggleDevTools');
  });
  it('gives no accelerator twice', () => {
    const accelerators = [...labels(true).matchAll(/"accelerator":"([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(accelerators).size).toBe(accelerators.length);
  });
});

describe('failurePage', () => {
  it('shows the reason as text, never as markup', () => {
    const html = decodeURIComponent(
      failurePage({ code: 'internal', message: '<img src=x onerror=1>', hint: 'a & b' }),
    );
    expect(html).toContain('&lt;img src=x');
    expect(html).not.toContain('<img');
    expect(html).toContain("default-src 'none'");
  });
});

describe('jobNotice', () => {
  it('speaks of ends that the person waits for', () => {
    expect(jobNotice({ title: 'Import flights', state: 'succeeded' })).toEqual({
      title: 'Done',
      body: 'Import flights',
    });
    expect(jobNotice({ title: 'Train', state: 'dead' })?.title).toBe('Failed');
    expect(jobNotice({ title: 'Train', state: 'cancelled' })).toBeNull();
  });
});
