import { select } from 'd3-selection';
import { zoom, zoomIdentity, type D3ZoomEvent } from 'd3-zoom';

/** Below this the names in the boxes cannot be read. */
const READABLE = 0.55;
const MARGIN = 12;

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Which part of the map is on the screen. */
export interface Viewport {
  /** All of the map; with `around`, if all would be too small to read, at least that. */
  fit(map: { readonly width: number; readonly height: number }, around?: Rectangle): void;
  zoomBy(factor: number): void;
  /** Moves just far enough that the rectangle is on the screen. */
  reveal(rectangle: Rectangle): void;
  destroy(): void;
}

/** Pan by dragging, zoom by wheel or pinch. @param layer what moves inside the `svg` */
export function createViewport(svg: SVGSVGElement, layer: SVGGElement): Viewport {
  const selection = select<SVGSVGElement, unknown>(svg);
  const behaviour = zoom<SVGSVGElement, unknown>()
    .scaleExtent([0.05, 2.5])
    .extent(() => [
      [0, 0],
      [svg.clientWidth, svg.clientHeight],
    ])
    .on('zoom', ({ transform }: D3ZoomEvent<SVGSVGElement, unknown>) => {
      layer.setAttribute('transform', `translate(${transform.x},${transform.y}) scale(${transform.k})`);
      current = transform;
    });
  let current = zoomIdentity;
  selection.call(behaviour).on('dblclick.zoom', null);

  function centre({ x, y, width, height }: Rectangle, largest: number): void {
    const scale = Math.min(
      largest,
      (svg.clientWidth - 2 * MARGIN) / Math.max(1, width),
      (svg.clientHeight - 2 * MARGIN) / Math.max(1, height),
    );
    const left = svg.clientWidth / 2 - (x + width / 2) * scale;
    const top = svg.clientHeight / 2 - (y + height / 2) * scale;
    behaviour.transform(selection, zoomIdentity.translate(left, top).scale(Math.max(0.05, scale)));
  }

  return {
    fit({ width, height }, around) {
      const whole = Math.min(svg.clientWidth / Math.max(1, width), svg.clientHeight / Math.max(1, height));
      if (around !== undefined && whole < READABLE) centre(around, 0.85);
      else centre({ x: 0, y: 0, width, height }, 1.1);
    },
    zoomBy(factor) {
      behaviour.scaleBy(selection, factor);
    },
    reveal({ x, y, width, height }) {
      const [left, top] = current.apply([x, y]);
      const [right, bottom] = current.apply([x + width, y + height]);
      const byX = left < 0 ? -left : Math.min(0, svg.clientWidth - right);
      const byY = top < 0 ? -top : Math.min(0, svg.clientHeight - bottom);
      if (byX !== 0 || byY !== 0) behaviour.translateBy(selection, byX / current.k, byY / current.k);
    },
    destroy() {
      selection.on('.zoom', null);
    },
  };
}
