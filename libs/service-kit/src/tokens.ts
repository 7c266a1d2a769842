import type { SealKeys, Service, Topology } from '@countersign/contracts';

const token = (kind: string, service: Service) => `countersign:${kind}:${service}`;

/** Injection token of a service's unit of work, a {@link Road}. */
export const roadOf = (service: Service): string => token('road', service);
/** Injection token of a service's connection for reading and publishing, a `Bus`. */
export const busOf = (service: Service): string => token('bus', service);
/** Injection token of a service's {@link Sweeper}. */
export const sweeperOf = (service: Service): string => token('sweeper', service);
/** Injection token of what a process tells of itself besides whether it is ready, {@link HealthDetails}. */
export const HEALTH_DETAILS = 'countersign:health-details';
/** Injection token of {@link PlatformConfig}. */
export const PLATFORM_CONFIG = 'countersign:platform-config';

/** Whether a caller on loopback needs no credentials; `auto`: as long as nobody has configured any. */
export const LocalCallers = { Auto: 'auto', Allow: 'allow', Deny: 'deny' } as const;
export type LocalCallers = (typeof LocalCallers)[keyof typeof LocalCallers];

/** What the services need to know, read and checked once at start. */
export interface PlatformConfig {
  readonly natsUrl: string;
  readonly topology: Topology;
  /** Paths of policy files and of folders of them, in no particular order. */
  readonly policyFiles: readonly string[];
  /** The one policy that may decide: its digest, or `<policy_id>@<policy_version>`. @default any */
  readonly policyPin?: string;
  /** What the platform runs as, such as `production`. @default development */
  readonly environment?: string;
  /** What a synchronous check without an answer is taken for; `deny` or `allow`. @default deny in development, else nobody starts */
  readonly checkFailMode?: string;
  /** How many questions about jobs may wait for the reviewers at once. @default any number */
  readonly approvals?: { readonly perTenant: number; readonly perAgent: number };
  /** Path of the file that says whom to tell about approvals. @default nobody */
  readonly notificationsFile?: string;
  /** How results are scanned, and how long what is sealed is kept. @default what the output scanner says */
  readonly scan?: {
    /** Threads that scan. */
    readonly threads?: number;
    /** CPU time that the scan of one MiB may take, in milliseconds. */
    readonly cpuMsPerMiB: number;
    /** Days that sealed results are kept. */
    readonly quarantineDays: number;
  };
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Path of the file that says who may call the API. @default nobody is configured */
    readonly configFile?: string;
    /** @default auto */
    readonly localCallers?: LocalCallers;
  };
  readonly secrets: {
    /** Keys the fingerprints in findings. At least 32 bytes. */
    readonly fingerprintKey: Buffer;
    /** Seals quarantined outputs (AES-256). Exactly 32 bytes. */
    readonly quarantineKey: Buffer;
    /**
     * Reads the keys that warrants are signed with, as they are now: they rotate while services run. Only the
     * scheduler asks, and only its process needs the file.
     */
    readonly warrantKeys: () => Promise<string>;
    /** Reads the keys that decisions are sealed with. Only the policy-evaluator and the scheduler have their file. */
    readonly decisionSealKeys: () => SealKeys;
    /** Reads the keys that approvals are sealed with. Only the approval-service and the scheduler have their file. */
    readonly approvalSealKeys: () => SealKeys;
  };
}
