import { readFileSync } from 'node:fs';

const { jsc } = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));

export default {
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  // Jest resolves the TypeScript sources themselves, so specifiers must keep their `.ts`.
  transform: {
    '\\.ts$': ['@swc/jest', { swcrc: false, jsc: { ...jsc, rewriteRelativeImportExtensions: false } }],
  },
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  testTimeout: 30_000,
  maxWorkers: 2,
};
