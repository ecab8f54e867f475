import type { OutgoingHttpHeaders } from 'node:http';
import type { RequestOptions } from 'node:https';
import { messageOf, WayleaveError } from '../../../../ingest/kernel/errors';

/** What a request is sent with: an agent that knows the certificates, and headers with the token. */
export type Authorisation = Omit<RequestOptions, 'headers'> & { readonly headers: OutgoingHttpHeaders };

/** A cluster's API server and how to be let in. */
export interface Cluster {
  /** `https://10.0.0.1:6443`, with a path where a proxy has one. */
  readonly server: string;
  /** Asked for before each request, since tokens expire. */
  authorise(): Promise<Authorisation>;
}

/** Which kubeconfig, and which of its contexts. */
export interface ClusterChoice {
  /** Its path; without one KUBECONFIG, ~/.kube/config or the service account of the pod we run in, as for kubectl. */
  readonly kubeconfig?: string;
  /** Without one the current context. */
  readonly context?: string;
}

/** What the client calls its guess, a server on this machine, where it finds nothing. */
const GUESSED = 'loaded-context';

/**
 * Reads a kubeconfig. Nothing is sent yet. The client takes half a second to load, so it is loaded for those only who ask
 * a cluster; of it we use what is particular to Kubernetes, which is how to log on.
 *
 * @throws WayleaveError `bad-kubeconfig`
 */
export async function openCluster({ kubeconfig, context }: ClusterChoice): Promise<Cluster> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  const where = { kubeconfig: kubeconfig ?? '' };
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    throw new WayleaveError(`the kubeconfig ${kubeconfig ?? ''} cannot be read: ${messageOf(error)}`, {
      code: 'bad-kubeconfig',
      where,
      cause: error,
    });
  }
  if (kubeconfig === undefined && config.currentContext === GUESSED) {
    throw new WayleaveError('there is no kubeconfig in KUBECONFIG or ~/.kube/config, and no service account of a pod', {
      code: 'bad-kubeconfig',
      where,
    });
  }
  if (context !== undefined) config.setCurrentContext(context);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) {
    const there = config.contexts.map(({ name }) => name).join(', ');
    throw new WayleaveError(
      `the kubeconfig has no context "${config.currentContext}" with a cluster; there are ${there}`,
      {
        code: 'bad-kubeconfig',
        where,
      },
    );
  }
  return {
    server: server.replace(/\/$/, ''),
    async authorise() {
      const options: Authorisation = { headers: {} };
      await config.applyToHTTPSOptions(options);
      return options;
    },
  };
}
