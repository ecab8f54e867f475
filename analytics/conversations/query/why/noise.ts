import { estateNetworks, findNoise, noiseLabels } from '../../../noise';
import { weekAround, type Finder } from './finding';
import { counted } from './wording';

/** Whether it is held to be a scan, a broadcast, background or the like. */
export const noise: Finder = async ({ conversation, store, window, networks }) => {
  const found = await findNoise(store, weekAround(conversation, window), networks);
  const finding = noiseLabels(found, estateNetworks(networks))(conversation);
  if (!finding) return [];
  const { kind, address, peers, confidence, reason } = finding;
  const text = `held to be ${kind} of ${address}, with ${counted(peers, 'peer')}: ${reason} (confidence ${confidence}); no rule comes of it`;
  return [{ topic: 'noise', text, evidence: finding }];
};
