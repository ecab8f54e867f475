import type { VNode } from 'preact';
import type { ExportersAnswer } from '../../contract';
import { count, number, percent } from '../words';

const SHOWN = 8;

/** Who reported the flows, and how much of it was seen: the worst first. */
export function Exporters({ exporters }: { readonly exporters: ExportersAnswer }): VNode {
  const worstFirst = exporters.toSorted((a, b) => a.score - b.score);
  return (
    <>
      <h3>Heard from, in the last day</h3>
      <ul class="exporters">
        {worstFirst.slice(0, SHOWN).map((exporter) => (
          <li key={`${exporter.exporter} ${exporter.domain} ${exporter.format}`}>
            <p>
              <span class={exporter.score < 0.95 ? 'score poor' : 'score'}>{percent(exporter.score)}</span>
              {exporter.exporter === '::' ? 'files' : exporter.exporter}{' '}
              <span class="muted">
                {exporter.format}, domain {exporter.domain}, {count(exporter.flows, 'flow')}
              </span>
            </p>
            <p class="muted">{remarks(exporter).join('; ')}</p>
          </li>
        ))}
      </ul>
      {exporters.length > SHOWN && (
        <p class="muted">
          And {number(exporters.length - SHOWN)} more that were heard better; <code>wayleave exporters</code> lists all.
        </p>
      )}
    </>
  );
}

function remarks({ parts, samplingRate, blind }: ExportersAnswer[number]): string[] {
  const poor = parts.filter(({ share }) => share < 1).map(({ text }) => text);
  return [
    ...(poor.length === 0 ? ['everything it reported arrived and was understood'] : poor),
    ...(blind.length === 0 ? [] : [count(blind.length, 'blind period')]),
    samplingRate === 0
      ? 'sampling rate unknown'
      : samplingRate === 1
        ? ''
        : `one packet in ${number(samplingRate)} counted`,
  ].filter(Boolean);
}
