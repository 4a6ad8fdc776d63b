/** The page that shows trainings. What the server tells goes into the store, and from there to everything seen. */
import 'uplot/dist/uPlot.min.css';
import { Store } from '../shared/store.ts';
import { keepInAddress, readAddress } from './address.ts';
import { announce } from './announcer.ts';
import { Charts } from './charts.ts';
import { showConnection } from './connection.ts';
import { follow } from './follower.ts';
import { listen } from './news.ts';
import { Palette } from './palette.ts';
import { RunList } from './run-list.ts';
import { showOptions } from './run-options.ts';
import { RunPictures } from './run-pictures.ts';
import { showSummary } from './run-summary.ts';
import { INITIAL_STATE } from './state.ts';

const store = new Store({ ...INITIAL_STATE, ...readAddress() });
const palette = new Palette();

store.subscribe(({ shown }) => palette.assign(shown));
showConnection(store);
showSummary(store);
showOptions(store);
new RunList(store, palette);
new Charts(store, palette);
new RunPictures(store);
announce(store);
follow(store);
keepInAddress(store);
listen(store);
