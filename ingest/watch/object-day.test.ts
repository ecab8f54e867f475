import { dayOf } from './object-day';

describe('the day in a key', () => {
  it.each([
    [
      'AWS',
      'AWSLogs/123456789012/vpcflowlogs/eu-west-1/2026/11/21/123456789012_vpcflowlogs_eu-west-1_fl-1_20261121T0900Z_ab.log.gz',
      'AWSLogs/123456789012/vpcflowlogs/eu-west-1/',
      '2026/11/21',
    ],
    [
      'AWS, Hive partitions',
      'AWSLogs/aws-account-id=123456789012/aws-region=eu-west-1/year=2026/month=11/day=21/hour=09/x.parquet',
      'AWSLogs/aws-account-id=123456789012/aws-region=eu-west-1/',
      'year=2026/month=11/day=21',
    ],
    [
      'Google',
      'compute.googleapis.com/vpc_flows/2026/11/21/09:00:00_09:59:59_S0.json',
      'compute.googleapis.com/vpc_flows/',
      '2026/11/21',
    ],
    [
      'Azure',
      'resourceId=/SUBSCRIPTIONS/AB/NSG/y=2026/m=11/d=21/h=09/m=00/macAddress=00/PT1H.json',
      'resourceId=/SUBSCRIPTIONS/AB/NSG/',
      'y=2026/m=11/d=21',
    ],
    ['a date in the name', 'zeek/conn.2026-11-21-09.log.gz', 'zeek/conn.', '2026-11-21'],
    ['a compact date', 'fw1/20261121T0900.csv', 'fw1/', '20261121'],
  ])('%s', (_, key, before, day) => {
    expect(dayOf(key)).toEqual({ before, until: `${before}${day}` });
  });

  it.each(['AWSLogs/202611210000/x', 'run-1795251600/part-0001', 'flows/2026/99/01/x', 'plain.log'])(
    'is none in %s',
    (key) => expect(dayOf(key)).toBeUndefined(),
  );
});
