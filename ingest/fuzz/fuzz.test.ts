import { gatherCorpus } from './corpus';
import { runRound, type Tally } from './rounds';

/** What is bounded by time and memory is left to the long run: a test's clock decides nothing. */
const UNTIMED = { millis: Infinity, heapBytes: Infinity, now: () => 0, heap: () => 0 };

it('changed datagrams stop no decoder', async () => {
  const corpus = gatherCorpus();
  const tally: Tally = { inputs: 0, rows: 0, slowest: { target: '', millis: 0, bytes: 0 } };
  for (let seed = 1; seed <= 6; seed++) expect(await runRound(seed, corpus, UNTIMED, tally)).toBeUndefined();
  expect(tally.inputs).toBe(192);
  // Most are changed a little only: they must still reach what is behind the headers.
  expect(tally.rows).toBeGreaterThan(300);
});

it('a failure says what failed and how to see it again', async () => {
  const slow = {
    ...UNTIMED,
    millis: 10,
    now: ((): (() => number) => {
      let millis = 0;
      return () => (millis += 6);
    })(),
  };
  const corpus = gatherCorpus();
  const tally = (): Tally => ({ inputs: 0, rows: 0, slowest: { target: '', millis: 0, bytes: 0 } });
  expect(await runRound(7, corpus, slow, tally())).toBeUndefined();
  const strict = { ...slow, millis: 5 };
  const failure = await runRound(7, corpus, strict, tally());
  expect(failure).toMatchObject({ seed: 7, target: 'datagram' });
  expect((await runRound(7, corpus, strict, tally()))?.input).toEqual(failure?.input);
});
