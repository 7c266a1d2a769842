export { EXIT, type ExitCode } from './exit-codes.js';
export { main } from './main.js';
export { cliReference } from './reference/cli-reference.js';
export { surroundingsOf, type Surroundings } from './shell.js';
