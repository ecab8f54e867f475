import { findDynamicServices, SURE } from '../../../dynamic';
import { askedName } from '../name';
import { weekAround, type Finder } from './finding';

/** Whether its port is one of many of one service. */
export const dynamicService: Finder = async ({ conversation, store, window }) => {
  const { scope, server, protocol, port } = conversation;
  const services = await findDynamicServices(store, weekAround(conversation, window), { scope, server });
  return services
    .filter((one) => one.protocol === protocol)
    .filter(({ ports, control }) => ports.includes(port) || control === port)
    .map((service) => {
      const { control, confidence, observed, reason } = service;
      const asked = control === null ? '' : ` that ${askedName(protocol, control)} hands out`;
      const sure = confidence < SURE ? 'perhaps ' : '';
      const text = `${sure}one service of ${server} whose port wanders${asked}, from ${observed.first} to ${observed.last}: ${reason} (confidence ${confidence})`;
      return { topic: 'dynamic', text, evidence: service };
    });
};
