import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { requireIntegrity } from './helm-binaries.ts';
import { baseFaults, basePath, chartFaults, kustomizationFaults } from './helm-chart.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('checking the chart with the real helm', () => {
  let copy: string;

  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'metermesh-chart-'));
    for (const folder of ['helm', 'k8s']) cpSync(join(root, folder), join(copy, folder), { recursive: true });
  });
  afterEach(() => rmSync(copy, { recursive: true }));

  function change(file: string, from: string, to: string): void {
    const text = readFileSync(join(copy, file), 'utf8');
    expect(text).toContain(from);
    writeFileSync(join(copy, file), text.replaceAll(from, to));
  }

  const faultsOfCopy = () =>
    chartFaults(join(copy, 'helm/metermesh'), join(copy, 'helm/metermesh/ci/minimal-values.yaml'));

  it('given the chart as it is, finds no fault', async () => {
    expect(await faultsOfCopy()).toEqual([]);
  }, 120_000);

  it.each([
    [
      'does not parse',
      'helm/metermesh/templates/services.yaml',
      '{{- range',
      '{{- rang',
      /function "rang" not defined/,
    ],
    [
      'has a field unknown to Kubernetes',
      'helm/metermesh/templates/_deployment.tpl',
      'livenessProbe:',
      'livenesProbe:',
      /containers\/0\/livenesProbe/,
    ],
    [
      'may escalate privileges',
      'helm/metermesh/templates/_deployment.tpl',
      'allowPrivilegeEscalation: false',
      'allowPrivilegeEscalation: true',
      /container billing: allowPrivilegeEscalation must be false/,
    ],
    [
      'lacks a value that has no default',
      'helm/metermesh/ci/minimal-values.yaml',
      'audience: metermesh',
      "audience: ''",
      /oidc\/audience/,
    ],
    [
      'is given credentials in plain values',
      'helm/metermesh/ci/minimal-values.yaml',
      'nats://nats',
      'nats://user:password@nats',
      /nats\/url/,
    ],
    [
      'is given a value that it does not know',
      'helm/metermesh/ci/minimal-values.yaml',
      'meterKeys:',
      'metreKeys:',
      /additional properties 'metreKeys' not allowed/,
    ],
  ])('given a chart that %s, says so', async (_, file, from, to, fault) => {
    change(file, from, to);
    expect((await faultsOfCopy()).join('\n')).toMatch(fault);
  });

  it('given a chart that moved on, finds the kustomize base stale', async () => {
    expect(await baseFaults(copy)).toEqual([]);
    change('helm/metermesh/templates/_deployment.tpl', 'failureThreshold: 90', 'failureThreshold: 60');
    expect(await baseFaults(copy)).toEqual([
      expect.stringContaining(`${basePath} is not what the chart renders`),
    ]);
  });

  it('given an overlay whose patch misses its target, says so', async () => {
    const overlay = join(copy, 'k8s/overlays/example');
    expect(await kustomizationFaults(overlay)).toEqual([]);
    change('k8s/overlays/example/gateway.yaml', 'name: metermesh-gateway', 'name: metermesh-gate');
    expect((await kustomizationFaults(overlay)).join('\n')).toContain('no matches for Id');
  });
});

describe('the pinned integrity of what is fetched', () => {
  it('given other bytes than those pinned, refuses them', () => {
    expect(() => requireIntegrity(Buffer.from('tampered'), 'sha512-AAAA')).toThrow('sha512-AAAA is pinned');
  });
});
