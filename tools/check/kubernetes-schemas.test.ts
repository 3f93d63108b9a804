import { describe, expect, it } from '@jest/globals';
import type { Manifest } from './kubernetes-manifest.ts';
import { schemaFaults } from './kubernetes-schemas.ts';

const deployment = (podSpec: object, spec: object = {}): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'billing' },
  spec: {
    selector: { matchLabels: { app: 'billing' } },
    template: { metadata: { labels: { app: 'billing' } }, spec: podSpec },
    ...spec,
  },
});

const container = { name: 'billing', image: 'metermesh:1' };

describe('validating manifests against the schemas of Kubernetes', () => {
  it('given a sound deployment, finds no fault', async () => {
    expect(await schemaFaults([deployment({ containers: [container] })])).toEqual([]);
  });

  it('given a field that the API does not know, names it and its place', async () => {
    const misspelt = { ...container, livenesProbe: { httpGet: { port: 4003 } } };
    expect(await schemaFaults([deployment({ containers: [container, misspelt] })])).toEqual([
      expect.stringMatching(
        /^Deployment\/billing\/spec\/template\/spec\/containers\/1\/livenesProbe: .*livenesProbe.*does not exist/,
      ),
    ]);
  });

  it('given a field of the wrong type, names it', async () => {
    const faults = await schemaFaults([deployment({ containers: [container] }, { replicas: 'two' })]);
    expect(faults).toContainEqual(expect.stringContaining('data/spec/replicas must be integer'));
  });

  it('given a missing field, names it', async () => {
    const faults = await schemaFaults([deployment({})]);
    expect(faults).toContainEqual(expect.stringContaining('must have required property containers'));
  });

  it('given a value outside the enumeration, refuses it', async () => {
    const faults = await schemaFaults([
      deployment({ containers: [{ ...container, imagePullPolicy: 'Often' }] }),
    ]);
    expect(faults).not.toEqual([]);
  });

  it('given a kind without a schema, says so instead of passing it', async () => {
    const unknown: Manifest = { apiVersion: 'apps/v9', kind: 'Deployment', metadata: { name: 'x' } };
    const misspelt: Manifest = { apiVersion: 'apps/v1', kind: 'Deploymint', metadata: { name: 'y' } };
    expect(await schemaFaults([unknown, misspelt])).toEqual([
      'Deployment/x: no schema for apps/v9 Deployment',
      'Deploymint/y: no schema for apps/v1 Deploymint',
    ]);
  });

  it.each([
    ['keda.sh/v1alpha1', 'ScaledObject', { scaleTargetRef: { nam: 'billing' }, triggers: [] }],
    ['monitoring.coreos.com/v1', 'ServiceMonitor', { selector: {}, endpoints: [{ pth: '/metrics' }] }],
  ])('given a misspelt field in %s %s, finds it', async (apiVersion, kind, spec) => {
    expect(await schemaFaults([{ apiVersion, kind, metadata: { name: 'x' }, spec }])).not.toEqual([]);
  });
});
