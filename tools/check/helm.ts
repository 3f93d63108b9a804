/**
 * Checks helm/ and k8s/ with the real helm and kubectl: `node --conditions=source tools/check/helm.ts`.
 * With --write it renders the kustomize base anew first.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { baseFaults, basePath, chartFaults, kustomizationFaults, renderBase } from './helm-chart.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const chart = join(root, 'helm/metermesh');

if (process.argv.includes('--write')) await writeFile(join(root, basePath), await renderBase(root));

const checks: [what: string, faults: () => Promise<string[]>][] = [
  ['helm/metermesh, minimal values', () => chartFaults(chart, join(chart, 'ci/minimal-values.yaml'))],
  ['helm/metermesh, every option', () => chartFaults(chart, join(chart, 'ci/everything-values.yaml'))],
  [basePath, () => baseFaults(root)],
  ['k8s/base', () => kustomizationFaults(join(root, 'k8s/base'))],
  ['k8s/overlays/example', () => kustomizationFaults(join(root, 'k8s/overlays/example'))],
];

for (const [what, findFaults] of checks) {
  const faults = await findFaults();
  console.log(`${faults.length === 0 ? 'ok    ' : 'FAULTY'} ${what}`);
  for (const fault of faults) console.error(`       ${fault.replaceAll('\n', '\n       ')}`);
  if (faults.length > 0) process.exitCode = 1;
}
