import { describeLoad } from './load.ts';

describeLoad(200, 20, 300);
