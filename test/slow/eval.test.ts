import { describeShippedScores } from '../cli/shipped-scores.ts';

describeShippedScores('Set14');
