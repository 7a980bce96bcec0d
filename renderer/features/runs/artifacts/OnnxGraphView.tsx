import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconMinus, IconPlus, IconZoomReset } from '@tabler/icons-react';
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import { formatPlural, NO_VALUE } from '../../../app/format.ts';
import { KeyValue } from '../../../components/KeyValue.tsx';
import classes from './OnnxGraph.module.css';
import type { OnnxGraph } from './onnx-graph.ts';
import { type Box, layOut } from './onnx-layout.ts';

type View = { x: number; y: number; scale: number };

const HEIGHT = 560;

/** The graph of a model, drawn in layers: dragging moves it, the wheel zooms, a click on a node shows what it is. */
export function OnnxGraphView({ graph, label }: { graph: OnnxGraph; label: string }) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [chosenId, setChosenId] = useState<string>();
  const drawing = useMemo(() => layOut(graph, opened), [graph, opened]);
  const chosen = drawing.boxes.find(({ id }) => id === chosenId);
  const frame = useRef<SVGSVGElement>(null);
  const { view, setView, zoom, fit, drag } = usePanZoom(frame, drawing.width, drawing.height);
  const choose = (box: Box) => {
    if (box.kind === 'scope') setOpened(new Set([...opened, box.label]));
    else setChosenId(box.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = 60;
    const moves: Record<string, () => void> = {
      ArrowLeft: () => setView({ ...view, x: view.x + step }),
      ArrowRight: () => setView({ ...view, x: view.x - step }),
      ArrowUp: () => setView({ ...view, y: view.y + step }),
      ArrowDown: () => setView({ ...view, y: view.y - step }),
      '+': () => zoom(1.25),
      '-': () => zoom(0.8),
      '0': fit,
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  };
  const folded = drawing.boxes.filter(({ kind }) => kind === 'scope').length;
  return (
    <div className={classes.graph}>
      <div className={classes.tools}>
        <span className="a-dim">
          {formatPlural(graph.nodes.length, 'node')}
          {folded > 0 ? `, folded into ${formatPlural(folded, 'scope')}: a click opens one` : ''}
        </span>
        {opened.size > 0 ? <Button onClick={() => setOpened(new Set())}>Fold all</Button> : null}
        <Tooltip label="Zoom in (+)">
          <ActionIcon variant="default" aria-label="Zoom in" onClick={() => zoom(1.25)}>
            <IconPlus size={15} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Zoom out (-)">
          <ActionIcon variant="default" aria-label="Zoom out" onClick={() => zoom(0.8)}>
            <IconMinus size={15} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Show everything (0)">
          <ActionIcon variant="default" aria-label="Show everything" onClick={fit}>
            <IconZoomReset size={15} />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className={classes.body}>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a drawing. */}
        <svg
          ref={frame}
          className={classes.frame}
          height={HEIGHT}
          role="group"
          aria-label={`Graph of ${label}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard moves and zooms the drawing.
          tabIndex={0}
          onKeyDown={onKeyDown}
          {...drag}
        >
          <defs>
            <marker
              id="onnx-arrow"
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M0 1 L7 4 L0 7 z" className={classes.arrow} />
            </marker>
          </defs>
          <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
            {drawing.edges.map(({ id, label: tensor, points }) => (
              <path
                key={id}
                className={classes.edge}
                markerEnd="url(#onnx-arrow)"
                d={points
                  .map(({ x, y }, index) => `${index ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`)
                  .join('')}
              >
                <title>{`${tensor} ${graph.types.get(tensor) ?? ''}`}</title>
              </path>
            ))}
            {drawing.boxes.map((box) => (
              <BoxView key={box.id} box={box} isChosen={box.id === chosenId} onChoose={() => choose(box)} />
            ))}
          </g>
        </svg>
        {chosen ? <NodeFacts box={chosen} graph={graph} /> : null}
      </div>
    </div>
  );
}

function BoxView({ box, isChosen, onChoose }: { box: Box; isChosen: boolean; onChoose: () => void }) {
  const most = Math.floor((box.width - 14) / 6.6);
  const label = box.label.length > most ? `…${box.label.slice(1 - most)}` : box.label;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in a drawing.
    <g
      role="button"
      tabIndex={-1}
      aria-pressed={isChosen}
      className={classes.box}
      data-kind={box.kind}
      transform={`translate(${box.x - box.width / 2} ${box.y - box.height / 2})`}
      onClick={onChoose}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onChoose();
      }}
    >
      <rect width={box.width} height={box.height} rx={box.kind === 'node' ? 5 : 18}>
        {label === box.label ? null : <title>{box.label}</title>}
      </rect>
      <text x={box.width / 2} y={box.note ? 17 : 25} textAnchor="middle">
        {label}
      </text>
      <text x={box.width / 2} y={32} textAnchor="middle" className={classes.small}>
        {box.note}
      </text>
    </g>
  );
}

function NodeFacts({ box, graph }: { box: Box; graph: OnnxGraph }) {
  const { node } = box;
  const tensor = (name: string) => graph.constants.get(name) ?? graph.types.get(name) ?? '';
  const facts = node
    ? [
        { label: 'Operator', value: node.operator },
        { label: 'Name', value: node.name || NO_VALUE },
        ...node.inputs.map((name, at) => ({
          key: `in${at}`,
          label: `Input ${at + 1}`,
          value: `${name} ${graph.constants.has(name) ? '(constant) ' : ''}${tensor(name)}`,
        })),
        ...node.outputs.map((name, at) => ({
          key: `out${at}`,
          label: `Output ${at + 1}`,
          value: `${name} ${tensor(name)}`,
        })),
        ...node.attributes.map(({ name, value }) => ({
          key: `a${name}`,
          label: name,
          value: <code>{value}</code>,
        })),
      ]
    : [
        { label: box.kind === 'input' ? 'Input' : 'Output', value: box.label },
        { label: 'Type', value: box.note },
      ];
  return (
    <section className={classes.facts} aria-label="Chosen node">
      <KeyValue facts={facts} />
    </section>
  );
}

/** Where the drawing is: at first all of it, if it can then still be read. */
function usePanZoom(frame: React.RefObject<SVGSVGElement | null>, width: number, height: number) {
  const [view, setView] = useState<View>({ x: 0, y: 12, scale: 1 });
  const from = useRef<{ x: number; y: number; view: View } | null>(null);
  const fit = () => {
    const across = frame.current?.clientWidth ?? 800;
    const scale = Math.min(1.2, Math.max(0.05, Math.min((across - 24) / width, (HEIGHT - 24) / height)));
    setView({ scale, x: (across - width * scale) / 2, y: 12 });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new drawing is brought into view, nothing else moves it.
  useEffect(() => {
    const across = frame.current?.clientWidth ?? 800;
    const scale = Math.min(1, Math.max(0.45, (across - 24) / width));
    setView({ scale, x: (across - width * scale) / 2, y: 12 });
  }, [width, height]);
  const zoom = (factor: number, at?: { x: number; y: number }) =>
    setView((before) => {
      const scale = Math.min(4, Math.max(0.03, before.scale * factor));
      const point = at ?? { x: (frame.current?.clientWidth ?? 800) / 2, y: HEIGHT / 2 };
      const share = scale / before.scale;
      return { scale, x: point.x - (point.x - before.x) * share, y: point.y - (point.y - before.y) * share };
    });
  const zoomNow = useRef(zoom);
  zoomNow.current = zoom;
  useEffect(() => {
    const element = frame.current;
    // React's own listeners for the wheel are passive: they could not keep the page from scrolling.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      zoomNow.current(Math.exp(-event.deltaY / 400), { x: event.offsetX, y: event.offsetY });
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [frame]);
  const drag = {
    onPointerDown: (event: PointerEvent) => {
      from.current = { x: event.clientX, y: event.clientY, view };
    },
    onPointerMove: (event: PointerEvent) => {
      const start = from.current;
      if (!start || event.buttons === 0) return;
      setView({
        ...start.view,
        x: start.view.x + event.clientX - start.x,
        y: start.view.y + event.clientY - start.y,
      });
    },
    onPointerUp: () => {
      from.current = null;
    },
  };
  return { view, setView, zoom, fit, drag };
}
