/** Start order only; what each step does is in the file it calls. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  app,
  type BrowserWindow,
  crashReporter,
  Menu,
  Notification,
  powerSaveBlocker,
  session,
  shell,
  utilityProcess,
} from 'electron';
import { deepLinkIn, routeOfDeepLink } from './app/deep-link.ts';
import { jobNotice } from './app/job-notice.ts';
import { menuTemplate } from './app/menu.ts';
import { openableFiles } from './app/opened-files.ts';
import { desktopOptions } from './app/options.ts';
import { failurePage } from './app/pages.ts';
import { createSystemCalls } from './app/system-calls.ts';
import { createTray } from './app/tray.ts';
import { bringToFront, createMainWindow } from './app/window.ts';
import { createEngineHost, type EngineState } from './engine-host/engine-host.ts';
import { handleRequests } from './ipc/handle.ts';
import { originOf } from './ipc/trusted-sender.ts';
import { guardPages, guardSession } from './security/guards.ts';

const folder = dirname(fileURLToPath(import.meta.url));
const root = join(folder, '../..');

crashReporter.start({ uploadToServer: false });
app.enableSandbox();
app.setAppUserModelId('dev.assay.workbench');

// Nothing opens the database before the lock: a second start hands its arguments to the first and ends.
if (app.requestSingleInstanceLock({ argv: process.argv })) run();
else app.quit();

function run(): void {
  const options = desktopOptions(process.argv, process.env);
  let window: BrowserWindow | null = null;
  let state: EngineState = { name: 'starting' };
  let pendingRoute = routeOf(process.argv);
  let pendingFiles = openableFiles(process.argv.slice(1));
  let isQuitting = false;
  let blocker: number | null = null;
  const origin = (): string | null => (state.name === 'ready' ? originOf(state.readyUrl) : null);

  const show = (): void => {
    if (!window || window.isDestroyed()) openWindow();
    else bringToFront(window);
  };
  const navigate = (path: string): void => {
    show();
    if (state.name === 'ready') window?.webContents.send('page:navigate', path);
    else pendingRoute = path;
  };
  const openFiles = (paths: string[]): void => {
    if (paths.length === 0) return;
    show();
    if (state.name === 'ready') window?.webContents.send('files:opened', paths);
    else pendingFiles = [...pendingFiles, ...paths];
  };

  /** Nobody who looks at the window needs a notification of what it shows. */
  const notify = (notice: { title: string; body: string }, path: string): void => {
    if (window?.isFocused() || !Notification.isSupported()) return;
    const notification = new Notification(notice);
    notification.on('click', () => navigate(path));
    notification.show();
  };
  const present = (): void => {
    if (!window || window.isDestroyed()) return;
    if (state.name === 'failed') void window.loadURL(failurePage(state));
    if (state.name !== 'ready') return;
    void window.loadURL(state.readyUrl).then(() => {
      if (pendingRoute) window?.webContents.send('page:navigate', pendingRoute);
      if (pendingFiles.length > 0) window?.webContents.send('files:opened', pendingFiles);
      pendingRoute = null;
      pendingFiles = [];
    });
  };
  const openWindow = (): void => {
    window = createMainWindow(folder);
    window.on('closed', () => {
      window = null;
    });
    present();
  };

  const host = createEngineHost({
    fork: () =>
      utilityProcess.fork(join(folder, 'engine-host.js'), [], {
        serviceName: 'assay-engine',
        stdio: 'inherit',
        env: engineEnvironment(process.env),
      }),
    init: {
      type: 'init',
      workspace: options.workspace,
      rendererDir: join(root, 'dist/renderer'),
      port: options.port,
    },
    onState: (next) => {
      state = next;
      present();
    },
    onJobEnded: (job) => {
      const notice = jobNotice(job);
      if (notice) notify(notice, job.link ?? '/jobs');
    },
    onAlert: ({ link, ...notice }) => notify(notice, link),
    onBusy: (jobs) => {
      if (jobs > 0 && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension');
      if (jobs === 0 && blocker !== null) {
        powerSaveBlocker.stop(blocker);
        blocker = null;
      }
    },
    nowMs: () => Date.now(),
  });

  guardPages(origin);
  if (app.isPackaged) app.setAsDefaultProtocolClient('assay');
  app.on('second-instance', (_event, argv) => {
    const route = routeOf(argv);
    if (route) navigate(route);
    else show();
    openFiles(openableFiles(argv.slice(1)));
  });
  app.on('open-url', (event, link) => {
    event.preventDefault();
    const route = routeOfDeepLink(link);
    if (route) navigate(route);
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openFiles(openableFiles([path]));
  });
  app.on('activate', show);
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    if (isQuitting) return;
    event.preventDefault();
    isQuitting = true;
    void host.stop().finally(() => app.quit());
  });

  void app.whenReady().then(() => {
    guardSession(session.defaultSession, origin);
    handleRequests(
      createSystemCalls(() => window),
      origin,
    );
    const actions = {
      navigate,
      openFiles: () => navigate('/datasets/import'),
      openDocs: () => void (origin() && window?.loadURL(`${origin()}/docs`)),
      showLogs: () => void (options.workspace && shell.openPath(join(options.workspace, 'logs'))),
      show,
      quit: () => app.quit(),
    };
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(menuTemplate(process.platform, actions, { isDevelopment: !app.isPackaged })),
    );
    keep(createTray(actions));
    openWindow();
    host.start();
  });
}

function routeOf(argv: readonly string[]): string | null {
  const link = deepLinkIn(argv);
  return link ? routeOfDeepLink(link) : null;
}

/** What the engine needs and no more: whatever else is in the shell's environment stays out of it. */
function engineEnvironment(all: NodeJS.ProcessEnv): Record<string, string> {
  const names = [
    'PATH',
    'HOME',
    'USERPROFILE',
    'APPDATA',
    'LOCALAPPDATA',
    'XDG_DATA_HOME',
    'TMPDIR',
    'TEMP',
    'LANG',
    'TZ',
  ];
  const entries = Object.entries(all).filter(([name]) => names.includes(name) || name.startsWith('ASSAY_'));
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Holds a reference for the life of the app. */
const kept: unknown[] = [];
function keep(thing: unknown): void {
  kept.push(thing);
}
