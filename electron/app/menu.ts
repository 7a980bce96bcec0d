import type { MenuItemConstructorOptions } from 'electron';

export type MenuActions = {
  navigate(path: string): void;
  openFiles(): void;
  openDocs(): void;
  showLogs(): void;
};

const pages: readonly { label: string; path: string }[] = [
  { label: 'Home', path: '/' },
  { label: 'Datasets', path: '/datasets' },
  { label: 'Experiments', path: '/experiments' },
  { label: 'New Training', path: '/training' },
  { label: 'Models', path: '/models' },
  { label: 'Drift', path: '/drift' },
  { label: 'Jobs', path: '/jobs' },
];

/** The application menu as a template. Developer tools are there in development only. */
export function menuTemplate(
  platform: NodeJS.Platform,
  actions: MenuActions,
  options: { isDevelopment: boolean },
): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const appMenu: MenuItemConstructorOptions[] = isMac ? [{ role: 'appMenu' }] : [];
  const file: MenuItemConstructorOptions = {
    label: '&File',
    submenu: [
      { label: 'Import Data…', accelerator: 'CmdOrCtrl+O', click: actions.openFiles },
      { label: 'New Training…', accelerator: 'CmdOrCtrl+N', click: () => actions.navigate('/training') },
      { type: 'separator' },
      { label: 'Settings', accelerator: 'CmdOrCtrl+,', click: () => actions.navigate('/settings') },
      { type: 'separator' },
      isMac ? { role: 'close' } : { role: 'quit' },
    ],
  };
  const go: MenuItemConstructorOptions = {
    label: '&Go',
    submenu: pages.map((page, i) => ({
      label: page.label,
      accelerator: `CmdOrCtrl+${i + 1}`,
      click: () => actions.navigate(page.path),
    })),
  };
  const view: MenuItemConstructorOptions = {
    label: '&View',
    submenu: [
      { role: 'reload' },
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { role: 'togglefullscreen' },
      ...(options.isDevelopment ? [{ role: 'toggleDevTools' } as const] : []),
    ],
  };
  const help: MenuItemConstructorOptions = {
    role: 'help',
    submenu: [
      { label: 'API Documentation', click: actions.openDocs },
      { label: 'Show Logs', click: actions.showLogs },
    ],
  };
  return [...appMenu, file, { role: 'editMenu' }, go, view, { role: 'windowMenu' }, help];
}
