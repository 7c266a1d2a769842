import fc from 'fast-check';

fc.configureGlobal({ seed: 20_26, endOnFailure: true });
