import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const layers = {
  core: ['layer:core'],
  contracts: ['layer:core', 'layer:contracts'],
  infrastructure: ['layer:core', 'layer:contracts', 'layer:infrastructure'],
  kit: ['layer:core', 'layer:contracts', 'layer:infrastructure', 'layer:kit'],
  // A service never imports another service.
  service: ['layer:core', 'layer:contracts', 'layer:infrastructure', 'layer:kit'],
  app: ['layer:core', 'layer:contracts', 'layer:infrastructure', 'layer:kit'],
  testing: ['layer:core', 'layer:contracts', 'layer:infrastructure', 'layer:kit', 'layer:testing'],
  tools: ['*'],
};

const depConstraints = Object.entries(layers).map(([layer, allowed]) => ({
  sourceTag: `layer:${layer}`,
  onlyDependOnLibsWithTags: allowed,
}));

const forTests = depConstraints.map((constraint) => ({
  ...constraint,
  onlyDependOnLibsWithTags: [...constraint.onlyDependOnLibsWithTags, 'layer:testing', 'layer:infrastructure'],
}));

const pure = 'The domain imports no framework, no database and no transport.';

const boundaries = (constraints) => ({
  '@nx/enforce-module-boundaries': [
    'error',
    { allow: [], depConstraints: constraints, banTransitiveDependencies: false },
  ],
});

export default tseslint.config(
  { ignores: ['**/dist/**', '**/generated/**', 'node_modules/**', '.nx/**', '.metermesh/**'] },
  ...tseslint.configs.recommended,
  prettier,
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      ...boundaries(depConstraints),
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['**/*.test.ts', '**/*.contract.ts', '**/test/**'], rules: boundaries(forTests) },
  { files: ['tools/**/*.ts', 'libs/service-kit/src/boot.ts'], rules: { 'no-console': 'off' } },
  {
    // Payload codecs are scripts: who runs them calls their functions by name.
    files: ['services/ingestion/payload-codecs/*.js'],
    languageOptions: { sourceType: 'script' },
    rules: {
      '@typescript-eslint/no-unused-vars': [
        'error',
        { varsIgnorePattern: '^(decodeUplink|normalizeUplink|encodeDownlink|decodeDownlink)$' },
      ],
    },
  },
  {
    // What a service knows is pure: no framework, no database, no clock.
    files: [
      'services/*/src/domain/**/*.ts',
      'services/*/src/projections/**/*.ts',
      'libs/{metering,decider,protocols}/src/**/*.ts',
    ],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: ['pg', 'graphql', 'rxjs'].map((name) => ({ name, message: pure })),
          patterns: [
            {
              group: [
                '@nestjs/*',
                '@nats-io/*',
                '@metermesh/service-kit',
                '@metermesh/messaging',
                '@metermesh/event-store',
              ],
              message: pure,
            },
          ],
        },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time comes in as an argument.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Time comes in as an argument.',
        },
      ],
    },
  },
);
