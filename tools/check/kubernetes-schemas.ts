import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { manifestName, type Manifest } from './kubernetes-manifest.ts';

/**
 * What in the manifests the Kubernetes API would refuse or silently drop: missing and ill-formed fields
 * (OpenAPI validators of `kubernetes-models`) and unknown fields. The API's own schemas leave objects open,
 * so unknown fields are found as TypeScript finds an excess property, against the models' types.
 *
 * @returns one line a fault, empty when all manifests are sound
 */
export async function schemaFaults(manifests: readonly Manifest[]): Promise<string[]> {
  const faults: string[] = [];
  const known: Manifest[] = [];
  for (const manifest of manifests) {
    const model = await findModel(manifest);
    if (!model) {
      faults.push(`${manifestName(manifest)}: no schema for ${manifest.apiVersion} ${manifest.kind}`);
      continue;
    }
    known.push(manifest);
    try {
      new model(manifest).validate();
    } catch (error) {
      faults.push(`${manifestName(manifest)}: ${(error as Error).message}`);
    }
  }
  return [...faults, ...typeFaults(known)];
}

type Model = new (data: Manifest) => { validate(): void };

async function findModel(manifest: Manifest): Promise<Model | undefined> {
  try {
    const models = (await import(modelModule(manifest.apiVersion))) as Record<string, Model>;
    return models[manifest.kind];
  } catch (error) {
    if (['ERR_PACKAGE_PATH_NOT_EXPORTED', 'ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(codeOf(error)))
      return undefined;
    throw error;
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code);

const operatorModels: Record<string, string> = {
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

function modelModule(apiVersion: string): string {
  const group = apiVersion.split('/')[0] ?? '';
  return `${operatorModels[group] ?? 'kubernetes-models'}/${apiVersion}`;
}

const sourcePath = fileURLToPath(new URL('rendered-manifests.ts', import.meta.url));

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  // The models' declarations import each other both with and without `.js`: only `bundler` follows both.
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
};

/** Type-checks the manifests as object literals of a source file that exists in memory only. */
function typeFaults(manifests: readonly Manifest[]): string[] {
  const source = manifests
    .map((manifest, index) => {
      const type = `import('${modelModule(manifest.apiVersion)}').I${manifest.kind}`;
      return `export const manifest${index}: ${type} = ${JSON.stringify(manifest)};\n`;
    })
    .join('');
  const sourceFile = ts.createSourceFile(sourcePath, source, ts.ScriptTarget.ESNext, true);
  const host = ts.createCompilerHost(options);
  const readFromDisk = host.getSourceFile.bind(host);
  host.getSourceFile = (path, ...rest) => (path === sourcePath ? sourceFile : readFromDisk(path, ...rest));
  const program = ts.createProgram([sourcePath], options, host);
  const diagnostics = [...program.getOptionsDiagnostics(), ...program.getSemanticDiagnostics(sourceFile)];
  return diagnostics.map((diagnostic) => {
    const position = diagnostic.start ?? 0;
    const manifest = manifests[sourceFile.getLineAndCharacterOfPosition(position).line];
    const place = manifest ? `${manifestName(manifest)}${fieldPath(sourceFile, position)}: ` : '';
    return place + ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
  });
}

/** The path of the field at a position of the source, as `/spec/template/spec/containers/0`. */
function fieldPath(node: ts.Node, position: number): string {
  const child = node.forEachChild((each) =>
    each.getStart() <= position && position < each.getEnd() ? each : undefined,
  );
  if (!child) return '';
  const step = ts.isPropertyAssignment(child)
    ? `/${(child.name as ts.StringLiteral).text}`
    : ts.isArrayLiteralExpression(node)
      ? `/${node.elements.indexOf(child as ts.Expression)}`
      : '';
  return step + fieldPath(child, position);
}
