import { describeLoad } from '../node/load.ts';

describeLoad(3000, 60, 300);
