import { describeLoad } from '../node/load.ts';

describeLoad(200, 20, 300);
describeLoad(3000, 60, 300);
