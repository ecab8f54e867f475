import type { Registry } from 'prom-client';
import { createDirectorySource, type DirectoryOptions } from './directory';
import { createWatchMetrics } from './metrics';
import { createS3Source, type S3Options } from './s3';
import type { FlowSource, SourceDeps } from './source';

export type { FlowSource, SourceStatus } from './source';

export interface WatchOptions {
  readonly directories: readonly DirectoryOptions[];
  readonly buckets: readonly Omit<S3Options, 'objectLimit'>[];
}

/** @param objectLimit bytes; larger objects of buckets are not taken */
export function createSources(
  { directories, buckets }: WatchOptions,
  objectLimit: number,
  { registry, ...deps }: Omit<SourceDeps, 'metrics'> & { readonly registry: Registry },
): FlowSource[] {
  const withMetrics = { ...deps, metrics: createWatchMetrics(registry) };
  return [
    ...directories.map((options) => createDirectorySource(options, withMetrics)),
    ...buckets.map((options) => createS3Source({ ...options, objectLimit }, withMetrics)),
  ];
}
