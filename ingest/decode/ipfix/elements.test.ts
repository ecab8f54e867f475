import { FLOW_COLUMNS } from '../../model/flow';
import { ELEMENTS, elementOf, elementsByColumn } from './elements';

describe('elements', () => {
  it.each([
    ['of IANA', 0, 8, 'sourceIPv4Address'],
    ['of an enterprise', 6876, 951, 'vmUuid'],
    ['of ntop in NetFlow v9', 0, 57590, 'L7_PROTO'],
    ['of Cisco in NetFlow v9', 0, 45004, 'connection client IPv4 address'],
    ['of Cisco ASA in NetFlow v9', 0, 33002, 'NF_F_FW_EXT_EVENT'],
    ['of PAN-OS, which NetFlow v9 alone has', 0, 56701, 'PAN-OS App-ID'],
    ['reversed as CERT does it', 6871, 0x4000 | 14, 'reverse initialTCPFlags'],
  ])('%s are found by their number', (_, enterprise, id, name) => {
    expect(elementOf(enterprise, id)?.name).toBe(name);
  });

  it.each([
    ['fill nothing', 0, 210],
    ['belong to somebody else', 4711, 8],
    ['are beyond ntop', 0, 60000],
  ])('that %s are not', (_, enterprise, id) => {
    expect(elementOf(enterprise, id)).toBeUndefined();
  });

  it('are in the table once each', () => {
    const numbers = ELEMENTS.map(({ enterprise, id }) => `${enterprise}/${id}`);
    expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
  });
});

describe('the field reference', () => {
  it('names the elements of a column in the order they are asked, with their numbers in every format', () => {
    const columns = elementsByColumn();
    expect(columns.protocol).toBe(
      'tenantProtocol (6876/880), UNTUNNELED_PROTOCOL (35632/113, 57585 in v9), protocolIdentifier (4), ' +
        'protocolType (8741/20), ' +
        'dataLinkFrameSection (315), ipHeaderPacketSection (313), mplsPayloadPacketSection (317), ' +
        'layer2packetSectionData (104)',
    );
    expect(columns.verdict).toBe(
      'firewallEvent (233), NF_F_FW_EVENT (9/7237, 40005 in v9), FLOW_VERDICT (35632/522, 57994 in v9), ' +
        'forwardingStatus (89)',
    );
  });

  it('knows only columns that there are', () => {
    const known = new Set(FLOW_COLUMNS.map(({ name }) => name as string));
    expect(Object.keys(elementsByColumn()).filter((column) => !known.has(column))).toEqual([]);
  });

  it('is cut to what some fields name', () => {
    const fields = [8, 12, 9].map((id) => ({ enterprise: 0, id }));
    const { exporter, domain, ...named } = elementsByColumn(fields);
    expect([exporter, domain]).toEqual([expect.any(String), expect.any(String)]);
    expect(named).toEqual({ src: 'sourceIPv4Address (8)', dst: 'destinationIPv4Address (12)' });
  });
});
