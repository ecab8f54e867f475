import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CurveAnswer, CurvePoint } from '../../contract';
import { count, number, percent } from '../words';
import { HEIGHT, plotOf, WIDTH } from './curve-plot';
import { Work } from './work';

interface Props {
  readonly curve: CurveAnswer;
  /** Makes the recommendation one of at most so many rules. @throws ProblemError */
  readonly consolidate: (rules: number) => Promise<void>;
}

/** What fewer rules would cost, to pick a point of. */
export function Curve({ curve: { points, knee: best }, consolidate }: Props): VNode {
  const knee = Math.max(
    0,
    points.findIndex(({ rules }) => rules === best.rules),
  );
  const [chosen, choose] = useState(knee);
  const point = points[chosen] ?? points[knee];
  if (point === undefined) return <p class="muted">There are no rules to put together.</p>;
  const plot = plotOf(points);
  return (
    <figure class="curve">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <path class="axis" d={`M44 12V${HEIGHT - 28}H${WIDTH - 44}`} />
        <text class="tick" x="38" y="20" text-anchor="end">
          {percent(plot.mostSurface)}
        </text>
        <text class="tick" x="38" y={HEIGHT - 28} text-anchor="end">
          0%
        </text>
        {plot.denied !== null && (
          <text class="tick denied" x={WIDTH - 38} y="20">
            {percent(plot.mostDenied)}
          </text>
        )}
        <text class="tick" x={WIDTH - 44} y={HEIGHT - 10} text-anchor="end">
          {count(plot.mostRules, 'rule')}
        </text>
        <text class="tick" x="44" y={HEIGHT - 10}>
          {number(plot.fewestRules)}
        </text>
        <path class="curve-line" d={plot.surface} />
        {plot.denied !== null && <path class="curve-line denied" d={plot.denied} />}
        <circle class="curve-point" cx={plot.x(point)} cy={plot.surfaceY(point)} r="5" />
      </svg>
      <ul class="legend-lines">
        <li>left open, of all ways</li>
        {plot.denied !== null && <li class="denied">denied, of the connections of other days</li>}
      </ul>
      <label>
        Rules: few to the left, as proposed to the right
        <input
          type="range"
          min={0}
          max={points.length - 1}
          value={points.length - 1 - chosen}
          aria-valuetext={pointWords(point)}
          onInput={(event) => choose(points.length - 1 - Number(event.currentTarget.value))}
        />
      </label>
      <figcaption>
        <p role="status">
          {pointWords(point)}
          {chosen === knee && <span class="badge plain">the knee: fewer open much more</span>}
        </p>
        {point.words !== '' && <p>{point.words}</p>}
        <p class="muted">{points[0] && compared(point, points[0])}</p>
      </figcaption>
      <Work
        label={`Recommend ${count(point.rules, 'rule')}`}
        busy="Putting rules together…"
        disabled={point.rules === points[0]?.rules}
        work={() => consolidate(point.rules)}
      />
    </figure>
  );
}

function pointWords({ rules, surface, denied }: CurvePoint): string {
  const expected = denied === null ? '' : ` and deny ${percent(denied)} of the connections of other days`;
  return `${count(rules, 'rule')} leave ${percent(surface)} of all ways open${expected}`;
}

function compared(point: CurvePoint, all: CurvePoint): string {
  if (point.rules === all.rules) return 'The rules as they were proposed.';
  const more = point.surface - all.surface;
  return `${number(all.rules - point.rules)} fewer than proposed, and ${more <= 0 ? 'nothing' : percent(more)} more of all ways open.`;
}
