import { describeSecondOpinion } from './describe-second-opinion.js';

describeSecondOpinion('first', 1);
