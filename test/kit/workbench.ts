import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { buildStale } from '../../build/build.ts';
import { type Client, createClient } from '../../local-api/client/index.ts';
import { startEngine } from '../../local-api/engine-host.ts';
import { launchBrowser } from './browser.ts';

export type Scheme = 'light' | 'dark';

export type Workbench = {
  url: string;
  /** The workspace folder. */
  dir: string;
  /** For what the client does not speak: protocols of others. */
  token: string;
  /** A client with the token, to arrange and to look behind the page. */
  client: Client;
  /** A signed-in page in a session of its own. What goes wrong in it is kept for `faults`. */
  open(path: string, options?: { scheme?: Scheme; width?: number; height?: number }): Promise<Page>;
  /** Exceptions and refused requests of all pages so far, for `expect(workbench.faults()).toEqual([])`. */
  faults(): string[];
  close(): Promise<void>;
};

const rendererDir = fileURLToPath(new URL('../../dist/renderer', import.meta.url));

/** A real engine over a fresh workspace, the built workbench on it, and a browser. Builds the workbench when it is stale. */
export async function startWorkbench(): Promise<Workbench> {
  await buildStale((line) => console.error(line), { electron: false, workbench: true });
  const dir = await mkdtemp(join(tmpdir(), 'assay-e2e-'));
  const engine = await startEngine({ dir, port: 0, rendererDir });
  const browser = await launchBrowser();
  const faults: string[] = [];
  const contexts: BrowserContext[] = [];
  return {
    url: engine.url,
    dir,
    token: engine.workspace.token,
    client: createClient({ baseUrl: engine.url, token: engine.workspace.token }),
    faults: () => faults,
    async open(path, { scheme = 'light', width = 1440, height = 900 } = {}) {
      const context = await newContext(browser, { scheme, width, height });
      contexts.push(context);
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.stack ?? error.message}`));
      page.on('response', (response) => {
        if (response.status() >= 500) faults.push(`${response.status()} ${response.url()}`);
      });
      // Signed in on the way to the page: the first one is not opened for it.
      const token = encodeURIComponent(engine.workspace.token);
      await page.goto(`${engine.url}${path}${path.includes('?') ? '&' : '?'}token=${token}`);
      return page;
    },
    async close() {
      for (const context of contexts) await context.close();
      await browser.close();
      await engine.close({ graceMs: 0 });
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function newContext(browser: Browser, look: { scheme: Scheme; width: number; height: number }) {
  return browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.scheme,
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
}

/**
 * What axe finds against WCAG 2.2 AA on the page as it stands, a line each; empty when all is well.
 *
 * @param scope `colours` for a second theme: only what can differ there, in a fraction of the time
 */
export async function accessibilityFaults(page: Page, scope: 'all' | 'colours' = 'all'): Promise<string[]> {
  // There are no frames, for which it would open another page; and nobody reads what is well.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  if (scope === 'colours') axe.withRules(['color-contrast', 'link-in-text-block']);
  else axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes
      // A tooltip belongs to what it tells about, wherever it stands in the document; whether one is open is a matter of time.
      .filter(({ html }) => id !== 'region' || !html.includes('role="tooltip"'))
      .map((node) => `${id}: ${help}: ${node.target.join(' ')} ${node.html.slice(0, 160)}`),
  );
}

/** Waits until nothing says "loading" any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => document.querySelector('[role="status"][aria-label^="Loading"]') === null);
}
