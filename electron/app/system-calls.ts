/** Answers to the page's requests: dialogs and the file manager. */
import { existsSync } from 'node:fs';
import { type BrowserWindow, dialog, shell } from 'electron';

const dataFilters = [
  { name: 'Data', extensions: ['csv', 'tsv', 'json', 'jsonl', 'ndjson', 'parquet'] },
  { name: 'All files', extensions: ['*'] },
];

export function createSystemCalls(window: () => BrowserWindow | null) {
  // Since Electron 43 every dialog starts in Downloads unless told where the last one was.
  let lastFolder: string | undefined;

  const choose = async (
    properties: ('openFile' | 'openDirectory' | 'multiSelections' | 'createDirectory')[],
  ) => {
    const parent = window();
    const options = {
      properties,
      ...(properties.includes('openFile') ? { filters: dataFilters } : {}),
      ...(lastFolder ? { defaultPath: lastFolder } : {}),
    };
    const answer = parent
      ? await dialog.showOpenDialog(parent, options)
      : await dialog.showOpenDialog(options);
    if (answer.filePaths[0]) lastFolder = answer.filePaths[0];
    return answer.canceled ? [] : answer.filePaths;
  };

  return {
    'dialog:choose-data-files': () => choose(['openFile', 'multiSelections']),
    'dialog:choose-folder': async () => (await choose(['openDirectory', 'createDirectory']))[0] ?? null,
    'shell:show-in-folder': async (path: string) => {
      if (existsSync(path)) shell.showItemInFolder(path);
    },
  };
}
