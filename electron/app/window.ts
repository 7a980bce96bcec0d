import { join } from 'node:path';
import { BrowserWindow } from 'electron';
import { securePreferences } from '../security/web-preferences.ts';
import { startingPage } from './pages.ts';

/** The one window. Its place and size are kept by Electron; it shows "starting" until the engine is ready. */
export function createMainWindow(folder: string): BrowserWindow {
  const window = new BrowserWindow({
    name: 'main',
    windowStatePersistence: true,
    width: 1360,
    height: 860,
    minWidth: 880,
    minHeight: 560,
    show: false,
    title: 'Assay',
    backgroundColor: '#101418',
    webPreferences: securePreferences(join(folder, 'preload.cjs')),
  });
  window.once('ready-to-show', () => window.show());
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason !== 'clean-exit') window.webContents.reload();
  });
  void window.loadURL(startingPage());
  return window;
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
