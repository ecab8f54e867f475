import { DaemonSet, Deployment, StatefulSet } from 'kubernetes-models/apps/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Namespace, Service } from 'kubernetes-models/v1';
import { join } from 'node:path';
import ts from 'typescript';
import { messageOf } from '../../ingest/kernel/errors';
import { DEPLOY } from './files';
import type { KubernetesObject } from './pods';

type Model = new (data?: never) => { validate(): void };

const MODELS = new Map<string, Model>(
  [DaemonSet, Deployment, StatefulSet, NetworkPolicy, PodDisruptionBudget, Namespace, Service].map((model) => [
    `${model.apiVersion} ${model.kind}`,
    model,
  ]),
);

/** What an object lacks or has wrong by the schema of its kind. Fields that nobody knows are not its matter. */
export function schemaErrors(object: KubernetesObject): string[] {
  const name = `${object.apiVersion} ${object.kind}`;
  const model = MODELS.get(name);
  if (model === undefined) return [`no schema of ${name} is at hand`];
  try {
    new model(object as never).validate();
    return [];
  } catch (error) {
    return [messageOf(error)];
  }
}

/**
 * Fields that the API does not know, which Kubernetes' own schemas let pass (a `readOnlyRootFileSystem` would confine
 * nothing): the objects as literals of the API's types, since the compiler refuses surplus fields of a literal.
 */
export function unknownFields(objects: readonly KubernetesObject[]): string[] {
  const file = join(DEPLOY, 'manifests.ts');
  const source = objects
    .map(
      (object, index) =>
        `export const o${index}: import('kubernetes-models/${object.apiVersion}').I${object.kind} = ${JSON.stringify(object)};`,
    )
    .join('\n');
  const options: ts.CompilerOptions = {
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
    module: ts.ModuleKind.Node20,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    target: ts.ScriptTarget.ES2023,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2023) : getSourceFile(name, ...rest);
  return ts
    .getPreEmitDiagnostics(ts.createProgram([file], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}
