import { existsSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import bundled from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const flags = [
  '--no-sandbox',
  '--disable-setuid-sandbox',
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
];
/** What the bundled binary needs to start in a container; its own list also switches web security off, which tests must not. */
const bundledFlags = ['--no-zygote', '--in-process-gpu', '--disable-dev-shm-usage'];

type Found = { path: string; args: string[] };

/**
 * Starts a Chromium for tests: ASSAY_BROWSER, else on Linux x64 the binary that comes with
 * `@sparticuz/chromium`, else a Chrome or Chromium of this machine. Throws with the reason when there is none.
 */
export async function launchBrowser(): Promise<Browser> {
  const found = await findBrowser();
  return chromium.launch({ executablePath: found.path, args: found.args, headless: true });
}

async function findBrowser(): Promise<Found> {
  const named = process.env.ASSAY_BROWSER;
  if (named) return { path: named, args: flags };
  if (process.platform === 'linux' && process.arch === 'x64') {
    const path = await extractBundled();
    return { path, args: [...flags, ...bundledFlags] };
  }
  const path = onThisMachine();
  if (path) return { path, args: flags };
  throw new Error('No Chromium was found. Name one in ASSAY_BROWSER, or install Chrome or Chromium.');
}

function onThisMachine(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const usual = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ];
  return [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...usual].find((path) =>
    existsSync(path),
  );
}

/** Unpacks the bundled binary once a machine; a folder is the lock, so that two test processes do not write it together. */
async function extractBundled(): Promise<string> {
  const lock = join(tmpdir(), 'assay-chromium.lock');
  for (;;) {
    const isMine = await mkdir(lock).then(
      () => true,
      () => false,
    );
    if (isMine) break;
    const age = await stat(lock).then(
      (info) => Date.now() - info.mtimeMs,
      () => 0,
    );
    // Whoever made it was killed.
    if (age > 120_000) await rm(lock, { recursive: true, force: true });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    return await bundled.executablePath();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}
