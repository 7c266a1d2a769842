import { describeSecondOpinion } from './describe-second-opinion.js';

describeSecondOpinion('second', 1_000_001);
