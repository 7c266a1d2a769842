export { Database, isInfrastructureError, type DatabaseLike, type DatabaseOptions } from './database.js';
export { migrate, type Rights, type ServiceMigrations } from './migrate.js';
export { roadTables } from './road-tables.js';
export { apiRoleOf, roleOf, schemaOf } from './roles.js';
export {
  CURRENT_TENANT,
  guardMoreTables,
  guardTables,
  letOwnerSee,
  OWN_ROW,
  OWN_ROWS,
  TENANT_SETTING,
  type TenantView,
} from './row-security.js';
export { sqlOver, type Sql } from './sql.js';
