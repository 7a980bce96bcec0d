import { type DragEvent, type KeyboardEvent, useState } from 'react';

type Axis = 'horizontal' | 'vertical';

const stepKeys: Record<Axis, Record<string, -1 | 1>> = {
  horizontal: { ArrowLeft: -1, ArrowRight: 1 },
  vertical: { ArrowUp: -1, ArrowDown: 1 },
};

/**
 * Puts the items of a list into another order by dragging, or with Shift and an arrow key on the item.
 *
 * @param ids the items in their order
 * @param onMove gets the id and the index at which it shall stand
 * @returns for each item: props for the element that is dragged and dropped on, and one for its focused control
 */
export function useReorder(
  ids: readonly string[],
  axis: Axis,
  onMove: (id: string, to: number) => void,
): {
  dragProps: (id: string) => {
    draggable: true;
    onDragStart: (event: DragEvent) => void;
    onDragOver: (event: DragEvent) => void;
    onDragEnd: () => void;
    onDrop: (event: DragEvent) => void;
    'data-drop': 'before' | 'after' | undefined;
  };
  onKeyDown: (id: string, event: KeyboardEvent) => void;
} {
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const end = () => {
    setDragged(null);
    setOver(null);
  };
  return {
    dragProps: (id) => ({
      draggable: true,
      onDragStart: (event) => {
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', id);
        setDragged(id);
      },
      onDragOver: (event) => {
        if (dragged === null) return;
        event.preventDefault();
        if (over !== id) setOver(id);
      },
      onDragEnd: end,
      onDrop: (event) => {
        event.preventDefault();
        if (dragged !== null && dragged !== id) onMove(dragged, ids.indexOf(id));
        end();
      },
      'data-drop':
        over !== id || dragged === null || dragged === id
          ? undefined
          : ids.indexOf(dragged) < ids.indexOf(id)
            ? 'after'
            : 'before',
    }),
    onKeyDown: (id, event) => {
      const step = stepKeys[axis][event.key];
      if (step === undefined || !event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      const to = ids.indexOf(id) + step;
      if (to >= 0 && to < ids.length) onMove(id, to);
    },
  };
}
