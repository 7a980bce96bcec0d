import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSettings, type SettingsOptions } from '../../../../engine/config/index.ts';
import { silentLogger } from '../../../../engine/system/index.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';

function open(dir: string, options: Partial<SettingsOptions> = {}) {
  const settings = createSettings({ dir, environment: {}, logger: silentLogger, ...options });
  onTestFinished(() => settings.close());
  return settings;
}
const file = (dir: string, name = 'config.yaml') => join(dir, name);

describe('layers', () => {
  it('are defaults, file, profile, environment and flags, the later winning, each value with its source', () => {
    const dir = tempFolder();
    writeFileSync(
      file(dir),
      'jobs:\n  concurrency: 3\n  memoryMb: 300\n  timeoutSeconds: 30\nui:\n  theme: dark\n',
    );
    writeFileSync(file(dir, 'config.night.yaml'), 'jobs:\n  memoryMb: 400\n  timeoutSeconds: 40\n');
    const settings = open(dir, {
      environment: { ASSAY_PROFILE: 'night', ASSAY_JOBS_TIMEOUT_SECONDS: '50', ASSAY_UI_TOUR_DONE: 'true' },
      overrides: { 'log.level': 'debug' },
    });
    expect(settings.current()).toMatchObject({
      jobs: { concurrency: 3, memoryMb: 400, timeoutSeconds: 50 },
      ui: { theme: 'dark', density: 'compact', tourDone: true },
      log: { level: 'debug' },
    });
    expect(settings.sources()).toMatchObject({
      'jobs.concurrency': 'file',
      'jobs.memoryMb': 'file',
      'jobs.timeoutSeconds': 'environment',
      'ui.density': 'default',
    });
  });

  it('are refused with every fault of every place named', () => {
    const dir = tempFolder();
    writeFileSync(file(dir), 'jobs:\n  concurency: 1\n  timeoutSeconds: soon\nserving: 5\n');
    expect(() => open(dir, { environment: { ASSAY_JOBS_MEMORY_MB: 'lots' } })).toThrow(
      expect.objectContaining({
        code: 'settings/invalid',
        problems: [
          expect.objectContaining({
            path: 'config.yaml: jobs.concurency',
            expected: 'did you mean jobs.concurrency?',
          }),
          expect.objectContaining({ path: 'config.yaml: serving' }),
          expect.objectContaining({ path: 'ASSAY_JOBS_MEMORY_MB' }),
          expect.objectContaining({ path: 'config.yaml: jobs.timeoutSeconds' }),
        ],
      }),
    );
  });

  it('are refused with the line where a file is no YAML', () => {
    const dir = tempFolder();
    writeFileSync(file(dir), 'jobs:\n  concurrency: 1\n bad: [\n');
    expect(() => open(dir)).toThrow(
      expect.objectContaining({
        code: 'settings/invalid',
        problems: expect.arrayContaining([
          expect.objectContaining({ path: expect.stringMatching(/^config\.yaml:\d/) }),
        ]),
      }),
    );
  });

  it.each(['', '# nothing yet\n', 'jobs:\n', '{}\n'])('take the file %j as one without settings', (text) => {
    const dir = tempFolder();
    writeFileSync(file(dir), text);
    expect(open(dir).current().jobs.concurrency).toBe(2);
  });

  it('do not let a profile name lead out of the folder', () => {
    expect(() => open(tempFolder(), { environment: { ASSAY_PROFILE: '../../etc' } })).toThrow(
      expect.objectContaining({ code: 'settings/invalid' }),
    );
  });
});

describe('update', () => {
  it('writes the file, keeps its comments and order, and takes hold at once', async () => {
    const dir = tempFolder();
    writeFileSync(
      file(dir),
      '# mine\njobs:\n  # two is enough\n  concurrency: 3 # three\n\nui:\n  theme: dark\n',
    );
    const settings = open(dir);
    const heard: string[][] = [];
    settings.onChange((_, keys) => heard.push(keys));
    await settings.update({ 'jobs.concurrency': 4, 'ui.density': 'comfortable', 'ui.theme': null });
    expect(settings.current()).toMatchObject({
      jobs: { concurrency: 4 },
      ui: { density: 'comfortable', theme: 'auto' },
    });
    expect(readFileSync(file(dir), 'utf8')).toBe(
      '# mine\njobs:\n  # two is enough\n  concurrency: 4 # three\n\nui:\n  density: comfortable\n',
    );
    expect(heard).toEqual([['jobs.concurrency', 'ui.theme', 'ui.density']]);
    expect(open(dir).current()).toEqual(settings.current());
  });

  it('makes the file when there is none, and tells nobody when nothing changes', async () => {
    const dir = tempFolder();
    const settings = open(dir);
    const heard: string[][] = [];
    settings.onChange((_, keys) => heard.push(keys));
    await settings.update({ 'jobs.concurrency': 2 });
    await settings.update({ 'jobs.concurrency': null });
    expect(heard).toEqual([]);
    expect(settings.sources()['jobs.concurrency']).toBe('default');
    expect(existsSync(file(dir))).toBe(true);
  });

  it('names every fault and changes nothing when there is one', async () => {
    const dir = tempFolder();
    const settings = open(dir, { environment: { ASSAY_UI_THEME: 'dark' } });
    await expect(
      settings.update({
        'jobs.concurency': 1,
        'jobs.memoryMb': 1,
        'ui.theme': 'light',
        'ui.density': 'compact',
      }),
    ).rejects.toMatchObject({
      code: 'settings/unknown-key',
      problems: [
        { path: 'jobs.concurency' },
        { path: 'jobs.memoryMb' },
        { path: 'ui.theme', expected: 'unset it first' },
      ],
    });
    await expect(settings.update({ 'jobs.memoryMb': 'x' })).rejects.toMatchObject({
      code: 'request/invalid',
    });
    await expect(settings.update(JSON.parse('{"__proto__":1,"constructor":2}'))).rejects.toMatchObject({
      code: 'settings/unknown-key',
    });
    expect(existsSync(file(dir))).toBe(false);
  });

  it('writes a key that the profile has into the file of the profile', async () => {
    const dir = tempFolder();
    writeFileSync(file(dir, 'config.night.yaml'), 'jobs:\n  concurrency: 8\n');
    const settings = open(dir, { environment: { ASSAY_PROFILE: 'night' } });
    await settings.update({ 'jobs.concurrency': 9, 'ui.theme': 'dark' });
    expect(readFileSync(file(dir, 'config.night.yaml'), 'utf8')).toBe('jobs:\n  concurrency: 9\n');
    expect(readFileSync(file(dir), 'utf8')).toBe('ui:\n  theme: dark\n');
  });

  it('loses none of many changes at once', async () => {
    const dir = tempFolder();
    const settings = open(dir);
    await Promise.all([
      settings.update({ 'jobs.concurrency': 5 }),
      settings.update({ 'serving.maxSessions': 5 }),
      settings.update({ 'ui.theme': 'nonsense' }).catch(() => {}),
      settings.update({ 'backups.keep': 5 }),
    ]);
    expect(open(dir).current()).toMatchObject({
      jobs: { concurrency: 5 },
      serving: { maxSessions: 5 },
      backups: { keep: 5 },
    });
  });
});

describe('an edit of the file by hand', () => {
  it('takes hold without a restart, and is ignored while it has faults', { timeout: 20_000 }, async () => {
    const dir = tempFolder();
    const settings = open(dir);
    const changes: string[][] = [];
    settings.onChange((_, keys) => changes.push(keys));
    writeFileSync(file(dir), 'jobs:\n  concurrency: lots\n');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(settings.current().jobs.concurrency).toBe(2);
    writeFileSync(file(dir), 'jobs:\n  concurrency: 7\n');
    await vi.waitFor(() => expect(settings.current().jobs.concurrency).toBe(7), {
      timeout: 6000,
      interval: 100,
    });
    expect(changes).toEqual([['jobs.concurrency']]);
  });
});
