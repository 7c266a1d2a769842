import { testSeeds } from './run-seeds.js';

testSeeds(1);
