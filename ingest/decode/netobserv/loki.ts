import { extractJson } from '../lines/json';

const STREAM = 'Tuple(stream String, values Array(Array(String)))';

/**
 * SQL over a line of JSON: the entries of a stream of Loki, or of an answer that holds several, each with the labels of
 * its stream as further keys (Loki takes out of an entry what it made a label). Of anything else the line itself.
 */
export const UNFOLD = `arrayMap(entries -> if(empty(entries), [line], entries), [${entriesOf()}])[1]`;

function entriesOf(): string {
  const answer = extractJson('line', { data: { result: `Array(${STREAM})` }, result: `Array(${STREAM})` });
  const streams = `if(position(line, '"values"') = 0, [], if(position(line, '"result"') > 0,
    arrayFlatten(arrayMap(a -> arrayConcat(a.data.result, a.result), [${answer}])), [JSONExtract(line, '${STREAM}')]))`;
  // Both are objects: the end of one and the beginning of the other make way for a comma.
  const labelled = `concat(left(trimRight(entry[2]), -1), if(match(entry[2], '^\\\\s*\\\\{\\\\s*\\\\}'), '', ','), substring(trimLeft(s.stream), 2))`;
  return `arrayFlatten(arrayMap(s -> arrayMap(entry -> if(length(s.stream) > 2, ${labelled}, entry[2]), s.values), ${streams}))`;
}
