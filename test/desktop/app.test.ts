import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The Electron binary of this machine. Importing the package would try to download it. */
function electronBinary(): string | null {
  try {
    const name = readFileSync(join(root, 'node_modules/electron/path.txt'), 'utf8').trim();
    const path = join(root, 'node_modules/electron/dist', name);
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

const binary = electronBinary();
const hasDisplay =
  process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
const reason =
  binary === null ? 'the Electron binary is not on this machine' : hasDisplay ? null : 'there is no display';
if (reason) console.log(`Desktop tests are skipped: ${reason}.`);

describe.skipIf(reason !== null)('the desktop app', () => {
  let app: ElectronApplication;
  let page: Page;
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-desktop-'));
    app = await _electron.launch({
      executablePath: binary ?? '',
      args: [join(root, 'dist/electron/main.js'), '--workspace', dir, '--port', '0', '--no-sandbox'],
    });
    page = await app.firstWindow();
    await page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });
  afterAll(async () => {
    await app?.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('shows the workbench on the engine origin without the token in the address', async () => {
    expect(page.url()).not.toContain('token');
    await page.getByRole('navigation').first().waitFor();
  });

  it('gives the page no Node and only the bridge', async () => {
    const seen = await page.evaluate(() => ({
      process: typeof Reflect.get(globalThis, 'process'),
      require: typeof Reflect.get(globalThis, 'require'),
      bridge: Object.keys(Reflect.get(globalThis, 'assayDesktop') ?? {}).sort(),
    }));
    expect(seen.process).toBe('undefined');
    expect(seen.require).toBe('undefined');
    expect(seen.bridge).toEqual([
      'chooseDataFiles',
      'chooseFolder',
      'onNavigate',
      'onOpenFiles',
      'platform',
      'showInFolder',
      'version',
    ]);
  });

  it('refuses to leave the origin and to open windows', async () => {
    const before = page.url();
    await page.evaluate(() => {
      globalThis.location.href = 'https://example.com/';
    });
    await page.waitForTimeout(300);
    expect(page.url()).toBe(before);
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  it('starts the engine again when it is killed, and the page goes on', async () => {
    await app.evaluate(({ app: electron }) => {
      const engine = electron
        .getAppMetrics()
        .find((metric) => metric.serviceName === 'assay-engine' || metric.name === 'assay-engine');
      if (engine) process.kill(engine.pid, 'SIGKILL');
    });
    await page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\/$/, { timeout: 30_000 });
    await page.getByRole('navigation').first().waitFor();
  });
});
