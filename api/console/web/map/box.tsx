import type { ComponentChildren, VNode } from 'preact';
import type { MapBox } from '../../../../analytics/layout/view';
import { KIND_WORDS } from '../words';
import { KindIcon } from './kind-icon';

interface Props {
  readonly box: MapBox;
  readonly level: number;
  readonly selected: boolean;
  readonly faded: boolean;
  /** The one box that Tab reaches; arrow keys go on from there. */
  readonly reachable: boolean;
  readonly onPick: () => void;
  readonly onFocus: () => void;
  readonly children?: ComponentChildren;
}

/** Of an open application, the part above its tiers. */
const OPEN_HEADER = 40;
const PADDING = 12;
const ICON = 16;
const CHEVRON = 18;
/** Mean advance of the label's 13 px semibold, erring on the wide side. */
const CHARACTER = 7.1;

/** One box of the map, and one item of its tree. */
export function Box({ box, level, selected, faded, reachable, onPick, onFocus, children }: Props): VNode {
  const open = children !== undefined;
  const opens = box.collapsed || open;
  const middle = open ? box.y + OPEN_HEADER / 2 + 4 : box.y + box.height / 2;
  const textX = box.x + PADDING + ICON + 10;
  const room = box.width - PADDING - ICON - 10 - PADDING - (opens ? CHEVRON : 0);
  const classes = ['box', `kind-${box.kind}`, open && 'open', selected && 'selected', faded && 'faded'];
  return (
    <g
      class={classes.filter(Boolean).join(' ')}
      id={`box-${box.id}`}
      role="treeitem"
      aria-level={level}
      aria-selected={selected}
      aria-expanded={opens ? open : undefined}
      aria-label={`${KIND_WORDS[box.kind]} ${box.label}, ${box.sublabel}`}
      tabIndex={reachable ? 0 : -1}
      onClick={(event) => {
        event.stopPropagation();
        onPick();
      }}
      onFocus={(event) => {
        event.stopPropagation();
        onFocus();
      }}
    >
      <title>{`${box.label}: ${box.sublabel}`}</title>
      {box.collapsed && <rect class="stack" x={box.x + 5} y={box.y + 5} width={box.width} height={box.height} rx="9" />}
      <rect class="shape" x={box.x} y={box.y} width={box.width} height={box.height} rx="9" />
      {open && <rect class="handle" x={box.x} y={box.y} width={box.width} height={OPEN_HEADER} rx="9" />}
      <KindIcon kind={box.kind} x={box.x + PADDING} y={middle - ICON / 2} />
      <text class="label" x={textX} y={open ? middle + 4.5 : middle - 3}>
        {shortened(box.label, room)}
        {open ? (
          <tspan class="sublabel" dx="10">
            {box.sublabel}
          </tspan>
        ) : null}
      </text>
      {!open && (
        <text class="sublabel" x={textX} y={middle + 14}>
          {box.sublabel}
        </text>
      )}
      {opens && <Chevron open={open} x={box.x + box.width - PADDING - 10} y={middle} />}
      {open && <g role="group">{children}</g>}
    </g>
  );
}

function Chevron({ open, x, y }: { readonly open: boolean; readonly x: number; readonly y: number }): VNode {
  return <path class="chevron" d={open ? 'M0 -2.5l5 5 5-5' : 'M2.5 -5l5 5-5 5'} transform={`translate(${x} ${y})`} />;
}

function shortened(text: string, room: number): string {
  const fits = Math.max(3, Math.floor(room / CHARACTER));
  return text.length <= fits ? text : `${text.slice(0, fits - 1).trimEnd()}…`;
}
