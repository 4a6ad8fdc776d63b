import { describeLoad } from './load.ts';

describeLoad(45, 8, 300);
