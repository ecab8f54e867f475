import louvain from 'graphology-communities-louvain';
import { UndirectedLouvainIndex } from 'graphology-indices/louvain';

/**
 * Louvain as Blondel et al. (2008) have it: a node moves to a neighbour's community, or stays.
 *
 * The library also moves a node that gains by it to a community of its own, for which it takes a number that an earlier
 * level may have left behind; totals are then wrong, and nodes go round for ever (one of about thirty made-up estates of
 * 60 hosts showed it). Without that every move gains, so it ends.
 */
UndirectedLouvainIndex.prototype.isolate = function stay(node: number): number {
  // Not in its types.
  const belongings = Reflect.get(this, 'belongings') as ArrayLike<number>;
  return belongings[node] ?? 0;
};

export { louvain };
