import fc from 'fast-check';
import { canonicalEnvironment } from './environments';
import { splitByPlaces, type Place } from './labels';

const place: fc.Arbitrary<Place> = fc.record({
  environment: fc.constantFrom(null, null, 'dev', 'prod', 'Production'),
  application: fc.constantFrom(null, null, 'shop', 'hr'),
  decided: fc.constantFrom(null, null, 'group-1', 'group-2'),
});
const ties = fc.array(fc.tuple(fc.nat(11), fc.nat(11), fc.integer({ min: 1, max: 9 })), { maxLength: 20 });

describe('splitByPlaces', () => {
  it('puts everybody into one part, of one environment, label and decision', () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 12 }), ties, (places, edges) => {
        const neighbours = new Map<number, Map<number, number>>();
        for (const [a, b, weight] of edges) {
          neighbours.set(a, (neighbours.get(a) ?? new Map<number, number>()).set(b, weight));
          neighbours.set(b, (neighbours.get(b) ?? new Map<number, number>()).set(a, weight));
        }
        const parts = splitByPlaces(places, [...places.keys()], neighbours);
        expect(parts.flatMap(({ workloads }) => workloads).sort((a, b) => a - b)).toEqual([...places.keys()]);
        for (const { workloads, environment, application, decided } of parts) {
          for (const workload of workloads) {
            const own = places[workload];
            const inEnvironment = canonicalEnvironment(own?.environment ?? environment ?? '');
            expect(inEnvironment).toBe(canonicalEnvironment(environment ?? ''));
            expect([own?.application ?? application, own?.decided ?? decided]).toEqual([application, decided]);
          }
        }
      }),
    );
  });
});
