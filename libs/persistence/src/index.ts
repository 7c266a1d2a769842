export { Database, isInfrastructureError, type DatabaseOptions } from './database.js';
export { migrate, roleOf, schemaOf, type ServiceMigrations } from './migrate.js';
export { roadTables } from './road-tables.js';
export { sqlOver, type Sql } from './sql.js';
