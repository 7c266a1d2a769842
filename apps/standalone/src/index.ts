export { APPS, MIGRATIONS } from './apps.js';
export { NODE_FLAGS, startChild, type Child } from './child-process.js';
export { ROOT, startPlatform, type Platform, type PlatformOptions } from './platform.js';
export { Operator, type Installation } from './operate/operator.js';
export { setUpPlatform, writeBrokerConfig } from './set-up-platform.js';
