const layer = (name, comment, pathNot) => ({
  name,
  comment,
  severity: 'error',
  from: { path: pathNot.from, pathNot: pathNot.except },
  to: { path: pathNot.to },
});

const TESTS = '\\.(test|system)\\.tsx?$|/bench/|/quality/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    layer(
      'ingest-imports-nothing-of-ours',
      'ingest is the start of the data flow: it must run alone, in a collector without analytics',
      {
        from: '^ingest/',
        to: '^(analytics|recommender|api|fixtures)/',
        except: TESTS,
      },
    ),
    layer('analytics-below-recommender', 'groups must not depend on the rules made from them', {
      from: '^analytics/',
      to: '^(recommender|api|fixtures)/',
      except: TESTS,
    }),
    layer('recommender-below-api', 'policies are made and proved without a server', {
      from: '^recommender/',
      to: '^(api|fixtures)/',
      except: TESTS,
    }),
    layer('nobody-imports-api', 'api wires the others; anything another layer needs of it belongs below', {
      from: '^(ingest|analytics|recommender|fixtures)/',
      to: '^api/',
      except: '^$',
    }),
    layer('fixtures-only-in-the-demo', 'made-up data must not reach a running product by accident', {
      from: '^api/',
      to: '^fixtures/',
      except: `${TESTS}|^api/cli/commands/demo|^api/demo/`,
    }),
    layer(
      'estates-know-only-the-kernel',
      'the generator is the judge of the decoders, so it shares no wire code with them',
      {
        from: '^fixtures/generate/',
        to: '^ingest/(?!kernel/)|^(analytics|recommender)/',
        except: TESTS,
      },
    ),
    layer('models-are-plain', 'models are what layers agree on: types that import no machinery', {
      from: '^analytics/model/',
      to: '^ingest/(?!kernel/)|^analytics/(?!model/)',
      except: '^$',
    }),
    {
      name: 'console-is-a-client',
      comment: 'the page knows the API by its types only; server code must not be bundled into it',
      severity: 'error',
      from: { path: '^api/console/web/' },
      to: { path: '^(ingest|analytics|recommender|api/(?!console/))', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'one-home-for-the-engine',
      comment: 'SQL clients are named in ingest/store only, so that embedded and server stay one port',
      severity: 'error',
      from: { pathNot: `^ingest/store/|^fixtures/clickhouse/|${TESTS}` },
      to: { path: 'node_modules/(@clickhouse|chdb)/' },
    },
    {
      name: 'one-home-for-kafka',
      comment: 'kafkajs is hardly maintained any more: what replaces it one day must have one place to do so',
      severity: 'error',
      from: { pathNot: `^ingest/bus/|${TESTS}` },
      to: { path: 'node_modules/kafkajs/' },
    },
    {
      name: 'no-cycles',
      comment: 'a cycle is one thing in two files',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'tests-are-leaves',
      comment: 'what a test needs from another test belongs in fixtures',
      severity: 'error',
      from: {},
      to: { path: '\\.(test|system)\\.tsx?$' },
    },
    {
      name: 'declared-packages-only',
      comment: 'an undeclared package breaks a clean clone',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/|^coverage/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'] },
  },
};
