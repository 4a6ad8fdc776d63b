import { describeShippedScores } from '../cli/shipped-scores.ts';

describeShippedScores([
  ['Set14', 2, '32.650', '0.9089'],
  ['Set14', 4, '27.796', '0.7625'],
]);
