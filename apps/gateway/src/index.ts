export { configureHttp } from './http/configure-http.js';
export { gatewayFlow } from './gateway.flow.js';
export { GatewayModule } from './gateway.module.js';
export { migrations } from './migrations/migrations.js';
export { openApiDocument } from './http/openapi.js';
