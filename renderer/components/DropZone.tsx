import { type DragEvent, type ReactNode, useState } from 'react';
import classes from './DropZone.module.css';

type Props = {
  /** Null while a file is taken in: nothing can be dropped then. */
  onFile: ((file: File) => void) | null;
  isTall?: boolean;
  children: ReactNode;
};

/** A marked place to drop a file on. What is in it has to offer a button that does the same. */
export function DropZone({ onFile, isTall = false, children }: Props) {
  const [isOver, setOver] = useState(false);
  const onDragOver = (event: DragEvent) => {
    event.preventDefault();
    setOver(onFile !== null);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) onFile?.(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button inside does the same.
    <div
      className={classes.drop}
      data-tall={isTall || undefined}
      data-over={isOver || undefined}
      onDragOver={onDragOver}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      {children}
    </div>
  );
}
