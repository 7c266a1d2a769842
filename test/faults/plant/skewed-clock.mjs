// Loaded by `node --import` in fault tests alone: gives a process a calendar that is wrong by COUNTERSIGN_SKEW_MS. Timers
// and performance.now() go on as they are, as they do when a machine's clock is set wrong.
const skewMs = Number(process.env.COUNTERSIGN_SKEW_MS);
if (!Number.isFinite(skewMs)) throw new Error('COUNTERSIGN_SKEW_MS must be a number of milliseconds');

const now = Date.now.bind(Date);
const skewed = () => now() + skewMs;

globalThis.Date = new Proxy(Date, {
  apply: (RealDate) => new RealDate(skewed()).toString(),
  construct: (RealDate, args, target) =>
    Reflect.construct(RealDate, args.length === 0 ? [skewed()] : args, target),
  get: (RealDate, name, receiver) => (name === 'now' ? skewed : Reflect.get(RealDate, name, receiver)),
});
