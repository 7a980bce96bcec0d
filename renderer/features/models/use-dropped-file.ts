import { useEffect } from 'react';

/** Takes a file that is dropped anywhere on the page while `isOn`; the browser would open it otherwise. */
export function useDroppedFile(isOn: boolean, onFile: (file: File) => void): void {
  useEffect(() => {
    if (!isOn) return;
    const holdsFile = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const over = (event: DragEvent) => {
      if (holdsFile(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!holdsFile(event)) return;
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file !== undefined) onFile(file);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('drop', drop);
    };
  });
}
