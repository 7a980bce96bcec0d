/** Runs sandboxed in the page's process. The page gets these verbs and never `ipcRenderer` itself. */
import { contextBridge, ipcRenderer } from 'electron';
import type { DesktopBridge } from '../bridge.ts';
import type { Notices, RequestAnswer, RequestArguments, RequestChannel } from '../ipc/channels.ts';

function request<C extends RequestChannel>(
  channel: C,
  ...args: RequestArguments<C>
): Promise<RequestAnswer<C>> {
  return ipcRenderer.invoke(channel, ...args);
}

/** Passes on the value only: the event object would hand the page a way to main. */
function onNotice<C extends keyof Notices>(channel: C, listener: (value: Notices[C]) => void): () => void {
  const wrapped = (_event: unknown, value: Notices[C]): void => listener(value);
  ipcRenderer.on(channel, wrapped);
  return () => ipcRenderer.removeListener(channel, wrapped);
}

const bridge: DesktopBridge = {
  platform: process.platform as DesktopBridge['platform'],
  version: process.versions.electron ?? '',
  chooseDataFiles: () => request('dialog:choose-data-files'),
  chooseFolder: () => request('dialog:choose-folder'),
  showInFolder: (path) => request('shell:show-in-folder', path),
  onOpenFiles: (listener) => onNotice('files:opened', listener),
  onNavigate: (listener) => onNotice('page:navigate', listener),
};

contextBridge.exposeInMainWorld('assayDesktop', bridge);
