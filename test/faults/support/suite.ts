/** Whether everything is tried, as `npm run test:faults` does; `npm test` tries what takes a minute. */
export const isWholeSuite = process.env['COUNTERSIGN_FAULT_SUITE'] === 'whole';
