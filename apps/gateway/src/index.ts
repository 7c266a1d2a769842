export { configureHttp } from './http/configure-http.js';
export { gatewayFlow } from './gateway.flow.js';
export { GatewayModule } from './gateway.module.js';
export { type ListedKey } from './identity/api-keys/api-key.store.js';
export {
  createKey,
  listKeys,
  revokeKey,
  type CreatedKey,
  type KeyWish,
} from './identity/api-keys/manage-keys.js';
export { ROLES } from './identity/caller.js';
export { PUBLIC, ROUTES, type Route } from './identity/routes.js';
export { migrations } from './migrations/migrations.js';
export { openApiDocument } from './http/openapi.js';
