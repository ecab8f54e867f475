/** The parts of Kubernetes' objects that the tests look at. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
  }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number; readonly protocol: string }[];
  readonly securityContext: object;
  readonly resources: { readonly requests?: object; readonly limits?: object };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

export interface Port {
  readonly name?: string;
  readonly port: number | string;
  readonly targetPort?: string;
  readonly protocol: string;
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: {
    readonly template?: {
      readonly metadata: { readonly labels: object };
      readonly spec: {
        readonly securityContext: object;
        readonly automountServiceAccountToken: boolean;
        readonly containers: readonly Container[];
        readonly volumes: readonly {
          readonly name: string;
          readonly configMap?: { readonly name: string };
          readonly secret?: {
            readonly secretName: string;
            readonly items: readonly { readonly key: string; readonly path: string }[];
          };
        }[];
      };
    };
    readonly type?: string;
    readonly selector?: object;
    readonly externalTrafficPolicy?: string;
    readonly loadBalancerSourceRanges?: readonly string[];
    readonly ports?: readonly Port[];
    readonly ingress?: readonly { readonly from?: readonly object[]; readonly ports?: readonly Port[] }[];
    readonly egress?: readonly { readonly ports?: readonly Port[] }[];
    readonly podSelector?: object;
  };
}
