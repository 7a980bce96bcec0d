/** What the page can ask of the desktop; `window.assayDesktop` in Electron, absent in a browser. Verbs only, no Electron objects. */
export type DesktopBridge = {
  platform: 'linux' | 'darwin' | 'win32';
  version: string;
  /** Opens the system's file dialog; gives the chosen paths, empty when dismissed. */
  chooseDataFiles(): Promise<string[]>;
  /** Opens the system's folder dialog; null when dismissed. */
  chooseFolder(): Promise<string | null>;
  /** Shows a file or folder of the workspace in the file manager. */
  showInFolder(path: string): Promise<void>;
  /** Files opened with the app (double click, dock); returns a function that stops listening. */
  onOpenFiles(listener: (paths: string[]) => void): () => void;
  /** Menu items and deep links ask the page to go somewhere; `path` is a route of the workbench. */
  onNavigate(listener: (path: string) => void): () => void;
};
