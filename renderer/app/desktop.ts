import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { DesktopBridge } from '../../electron/bridge.ts';
import { paths } from './paths.ts';

declare global {
  interface Window {
    assayDesktop?: DesktopBridge;
  }
}

/** What the desktop app offers the page; undefined in a browser, where everything works without it. */
export const desktop: DesktopBridge | undefined = window.assayDesktop;

/** Goes where menus and links of the desktop point, and opens the import for files that were opened with the app. */
export function useDesktop(onRefused: (path: string) => void): void {
  const router = useRouter();
  useEffect(() => {
    if (!desktop) return;
    const stopNavigation = desktop.onNavigate((path) => router.history.push(path));
    const stopFiles = desktop.onOpenFiles((files) => {
      const data = files.find((path) => !path.toLowerCase().endsWith('.onnx'));
      if (data !== undefined) router.history.push(paths.importDataset({ path: data }));
      else if (files[0] !== undefined) onRefused(files[0]);
    });
    return () => {
      stopNavigation();
      stopFiles();
    };
  }, [router, onRefused]);
}
