import type { Backend } from '../backend';
import { importKubernetes } from './import';
import { renderKubernetes } from './render';

export const kubernetes: Backend = {
  name: 'kubernetes',
  title: 'Kubernetes NetworkPolicy',
  render: renderKubernetes,
  import: importKubernetes,
};
