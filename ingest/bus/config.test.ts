import { kafkaSchema } from './config';
import { topicsOf } from './options';

describe('kafkaSchema', () => {
  it('has defaults for all but the brokers', () => {
    const options = kafkaSchema.parse({ brokers: ['kafka-1:9092', '[2001:db8::1]:9092'] });
    expect(options).toMatchObject({ messageKiB: 900, partitions: 12, replication: 3, group: 'wayleave' });
    expect(topicsOf(options)).toEqual({
      flows: 'wayleave.flows',
      dead: 'wayleave.flows.dead',
      observations: 'wayleave.flows.observations',
    });
    expect(topicsOf({ ...options, deadLetterTopic: 'bad', observationsTopic: 'seen' })).toMatchObject({
      dead: 'bad',
      observations: 'seen',
    });
  });

  it.each([
    ['no broker', { brokers: [] }, ['brokers']],
    ['a URL for a broker', { brokers: ['http://kafka:9092'] }, ['brokers', 0]],
    ['a topic that Kafka would refuse', { topic: 'a b' }, ['topic']],
    ['a certificate without its key', { tls: { cert: 'a.pem' } }, ['tls', 'cert']],
    [
      'a mechanism that we do not speak',
      { sasl: { mechanism: 'gssapi', username: 'a', password: 'b' } },
      ['sasl', 'mechanism'],
    ],
    ['a message of nothing', { messageKiB: 0 }, ['messageKiB']],
  ])('refuses %s', (_, changed, path) => {
    const { error } = kafkaSchema.safeParse({ brokers: ['kafka:9092'], ...changed });
    expect(error?.issues.map((issue) => issue.path)).toContainEqual(path);
  });
});
