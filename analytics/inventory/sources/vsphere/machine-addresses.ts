import type { VsphereMachine } from './shape';

type GuestInterface = VsphereMachine['interfaces'][number];

/** Addresses of a machine's virtual network cards. What containers inside have is the same on many machines. */
export function machineAddresses(machine: VsphereMachine): string[] {
  const { guest, interfaces, vmNetwork, ipAddress } = machine;
  const cards = [...(guest?.net ?? []), ...(guest?.nics ?? []), ...interfaces];
  const known = cards.filter(isVirtualDevice);
  const perCard = (known.length > 0 ? known : cards).flatMap((card) => [
    ...card.ipAddress,
    ...(card.ipConfig?.ipAddress ?? []).flatMap((each) => each.ipAddress),
    ...(card.ip?.ipAddresses ?? []).flatMap((each) => each.ipAddress),
  ]);
  const perNetwork = Object.values(vmNetwork ?? {}).flatMap(({ ipv4, ipv6 }) => [...ipv4, ...ipv6]);
  const exact = [...perCard, ...perNetwork];
  return exact.length > 0 ? exact : [...(guest?.ipAddress ?? []), ...ipAddress];
}

function isVirtualDevice({ deviceConfigId, nic, device }: GuestInterface): boolean {
  return (
    (deviceConfigId !== undefined && deviceConfigId >= 0) || nic !== undefined || (device ?? undefined) !== undefined
  );
}

/** PowerCLI writes enumerations as numbers: 0 is PoweredOff. */
export function isPoweredOff({ powerState, runtime }: VsphereMachine): boolean {
  const state = powerState ?? runtime?.powerState;
  return state === 0 || /^powered_?off$/i.test(String(state));
}
