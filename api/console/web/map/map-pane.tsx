import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { MapEdge, MapView } from '../../../../analytics/layout/view';
import type { PoliciesAnswer } from '../../contract';
import type { Estate } from '../estate';
import type { Place } from '../hash';
import type { Go } from '../use-place';
import { Arrows, Backdrop } from './backdrop';
import { Box } from './box';
import { Edge, EdgeLabel } from './edge';
import { highlight } from './highlight';
import { Legend } from './legend';
import { MapTools } from './map-tools';
import { treeMove, treeOf, type TreeNode } from './tree';
import { createViewport, type Viewport } from './viewport';

interface Props {
  readonly view: MapView;
  /** Of compliance, how much of the traffic is what. */
  readonly words: string | undefined;
  readonly policies: PoliciesAnswer;
  readonly estate: Estate;
  readonly place: Place;
  readonly go: Go;
}

/** Applications, their tiers and who uses whom, as a picture that is also a tree for the keyboard. */
export function MapPane({ view, words, policies, estate, place, go }: Props): VNode {
  const svg = useRef<SVGSVGElement>(null);
  const layer = useRef<SVGGElement>(null);
  const viewport = useRef<Viewport | null>(null);
  const toggled = useRef<string | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const tree = useMemo(() => treeOf(view.boxes), [view]);
  const shared = new Set(view.boxes.filter(({ kind }) => kind === 'shared-service').map(({ id }) => id));
  const isCommon = ({ from, to }: MapEdge): boolean => shared.has(from) || shared.has(to);
  const lit = highlight(view, estate, place);
  const reachable = view.boxes.some(({ id }) => id === focused) ? focused : (tree[0]?.box.id ?? null);

  useEffect(() => {
    if (svg.current === null || layer.current === null) return undefined;
    const created = createViewport(svg.current, layer.current);
    viewport.current = created;
    return () => created.destroy();
  }, []);
  useEffect(() => {
    const about = toggled.current ?? (place.focus?.kind === 'box' ? place.focus.id : place.expanded[0]);
    viewport.current?.fit(
      view,
      view.boxes.find(({ id }) => id === about),
    );
    toggled.current = null;
  }, [view]);
  useLayoutEffect(() => {
    if (focused !== null && document.activeElement?.closest('.map') === svg.current) {
      document.getElementById(`box-${focused}`)?.focus({ preventScroll: true });
    }
  }, [focused, view]);

  const select = (id: string): void => go({ focus: { kind: 'box', id }, rule: null });
  const toggle = (id: string): void => {
    const { expanded } = place;
    toggled.current = id;
    const next = expanded.includes(id) ? expanded.filter((other) => other !== id) : [...expanded, id];
    go({ expanded: next.sort(), focus: { kind: 'box', id }, rule: null });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') go({ focus: null, rule: null });
    const move = reachable === null ? null : treeMove(tree, reachable, event.key);
    if (move === null) return;
    event.preventDefault();
    if (move.kind === 'toggle') toggle(move.id);
    else if (move.kind === 'select') select(move.id);
    else {
      setFocused(move.id);
      const box = view.boxes.find(({ id }) => id === move.id);
      if (box !== undefined) viewport.current?.reveal(box);
    }
  };
  const branch = ({ box, children }: TreeNode, level: number): VNode => (
    <Box
      key={box.id}
      box={box}
      level={level}
      selected={place.focus?.kind === 'box' && place.focus.id === box.id}
      faded={lit !== null && !lit.boxes.has(box.id)}
      reachable={box.id === reachable}
      onPick={() => (box.collapsed || children.length > 0 ? toggle(box.id) : select(box.id))}
      onFocus={() => setFocused(box.id)}
    >
      {children.length > 0 ? children.map((child) => branch(child, level + 1)) : undefined}
    </Box>
  );
  const line = (edge: MapEdge): VNode => (
    <Edge
      key={edge.id}
      edge={edge}
      words={`${estate.nameOf(edge.from)} to ${estate.nameOf(edge.to)}`}
      onPick={() => go({ focus: { kind: 'edge', id: edge.id }, rule: null })}
    />
  );
  const isQuiet = (edge: MapEdge): boolean => (lit === null ? isCommon(edge) : !lit.edges.has(edge.id));
  const loud = view.edges.filter((edge) => !isQuiet(edge));

  return (
    <section class="pane map-pane" aria-label="Map">
      <svg ref={svg} class="map" onClick={() => go({ focus: null, rule: null })}>
        <Arrows />
        <g ref={layer}>
          <Backdrop view={view} open={tree.flatMap(({ box, children }) => (children.length > 0 ? [box] : []))} />
          <g aria-hidden="true" class={lit === null ? 'edges quiet' : 'edges quieter'}>
            {view.edges.filter(isQuiet).map(line)}
          </g>
          <g aria-hidden="true" class="edges">
            {loud.map(line)}
          </g>
          <g role="tree" aria-label="Groups" class="boxes" onKeyDown={onKeyDown}>
            {tree.map((node) => branch(node, 1))}
          </g>
          <g aria-hidden="true" class="edge-labels">
            {loud.map((edge) => (
              <EdgeLabel key={edge.id} edge={edge} />
            ))}
          </g>
        </g>
      </svg>
      <footer class="map-footer">
        {words !== undefined && (
          <p class="map-words" role="note">
            {words}
          </p>
        )}
        <Legend view={view} lines={place.lines} />
        <MapTools
          place={place}
          policies={policies}
          boxes={view.boxes}
          go={go}
          fit={() => viewport.current?.fit(view)}
          zoomBy={(factor) => viewport.current?.zoomBy(factor)}
        />
      </footer>
    </section>
  );
}
