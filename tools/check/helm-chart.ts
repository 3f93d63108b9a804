import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { helmBinaries } from './helm-binaries.ts';
import { parseManifests } from './kubernetes-manifest.ts';
import { schemaFaults } from './kubernetes-schemas.ts';
import { podSecurityFaults } from './pod-security.ts';

const run = promisify(execFile);
const maxBuffer = 64 * 1024 * 1024;

/**
 * Faults of a chart with one set of values: those of `helm lint --strict`, and those of what it renders.
 *
 * @param chart folder of the chart
 * @param values path of a values file
 * @returns one line or block a fault, empty when the chart is sound
 */
export async function chartFaults(chart: string, values: string): Promise<string[]> {
  const { helm } = await helmBinaries();
  try {
    await run(helm, ['lint', '--strict', '--quiet', chart, '--values', values], { maxBuffer });
    return await manifestFaults(await renderChart(chart, values));
  } catch (error) {
    return [messageOf(error)];
  }
}

/** What `helm template` renders as release `metermesh`, as YAML documents. */
export async function renderChart(chart: string, values: string): Promise<string> {
  const { helm } = await helmBinaries();
  const release = ['metermesh', chart, '--values', values];
  return (await run(helm, ['template', ...release], { maxBuffer })).stdout;
}

/** Faults of a kustomization: that it does not build, and those of what it builds. */
export async function kustomizationFaults(folder: string): Promise<string[]> {
  const { kubectl } = await helmBinaries();
  try {
    return await manifestFaults((await run(kubectl, ['kustomize', folder], { maxBuffer })).stdout);
  } catch (error) {
    return [messageOf(error)];
  }
}

/** The kustomize base is the chart, rendered: one source of truth. This is what the base has to be. */
export async function renderBase(root: string): Promise<string> {
  const chart = join(root, 'helm/metermesh');
  const rendered = await renderChart(chart, join(chart, 'ci/minimal-values.yaml'));
  return `# Rendered from helm/metermesh by tools/check/helm.ts --write: change the chart instead.\n${rendered}`;
}

/** Whether the committed base is still what the chart renders. */
export async function baseFaults(root: string): Promise<string[]> {
  const path = join(root, basePath);
  const [committed, rendered] = await Promise.all([readFile(path, 'utf8').catch(() => ''), renderBase(root)]);
  const remedy = 'run `node --conditions=source tools/check/helm.ts --write`';
  return committed === rendered ? [] : [`${basePath} is not what the chart renders: ${remedy}`];
}

export const basePath = 'k8s/base/metermesh.yaml';

async function manifestFaults(yaml: string): Promise<string[]> {
  const manifests = parseManifests(yaml);
  if (manifests.length === 0) return ['nothing is rendered'];
  return [...(await schemaFaults(manifests)), ...podSecurityFaults(manifests)];
}

/** What a program said about its failure; helm lint says it on standard output. */
function messageOf(error: unknown): string {
  const { stdout, stderr, message } = error as { stdout?: string; stderr?: string; message: string };
  return `${stdout ?? ''}${stderr ?? ''}`.trim() || message;
}
