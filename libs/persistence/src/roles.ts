import type { Service } from '@countersign/contracts';

/** The schema of a service. */
export const schemaOf = (service: Service): string => service.replaceAll('-', '_');
/** The database role of a service: its consumers and sweeps, for all tenants. */
export const roleOf = (service: Service): string => `countersign_${schemaOf(service)}`;
/** The role under which a service answers requests of callers: within the one tenant that is set. */
export const apiRoleOf = (service: Service): string => `${roleOf(service)}_api`;
