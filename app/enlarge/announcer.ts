/** Says what happens to those who do not see it. */
import { byId } from '../shared/dom.ts';
import type { Measurement, NetworkState, PageStore, Picture } from './state.ts';
import { psnrText, statusText } from './text.ts';

/** Share of the work between two announcements of one picture. */
const STEP = 0.25;

export function announce(store: PageStore): void {
  const region = byId('announcements', HTMLElement);
  const said = new Map<number, string>();
  const measured = new Map<number, Measurement | undefined>();
  let before: NetworkState | undefined;
  let unsaid: string[] = [];
  // What happens at once, such as the end of one picture and the beginning of the next, is said in one go.
  const say = (text: string) => {
    unsaid.push(text);
    if (unsaid.length > 1) return;
    setTimeout(() => {
      region.textContent = unsaid.join('. ');
      unsaid = [];
    });
  };
  store.subscribe(({ pictures, network }) => {
    if (network !== before && network.kind === 'failed') say(network.message);
    before = network;
    for (const picture of pictures) {
      const { measurement } = picture;
      if (measurement && measured.get(picture.id) !== measurement && measurement.kind !== 'measuring')
        say(`${picture.file.name}: ${measurementText(measurement)}`);
      measured.set(picture.id, measurement);
      const step = stepOf(picture);
      if (said.get(picture.id) === step) continue;
      said.set(picture.id, step);
      say(`${picture.file.name}: ${statusText(picture)}`);
    }
  });
}

function measurementText(measurement: Exclude<Measurement, { kind: 'measuring' }>): string {
  if (measurement.kind === 'failed') return measurement.message;
  const { enlarged, bicubic } = measurement;
  return `PSNR ${psnrText(enlarged.psnr)} enlarged, ${psnrText(bicubic.psnr)} bicubic`;
}

function stepOf({ status }: Picture): string {
  return status.kind === 'running' ? `running ${Math.floor(status.share / STEP)}` : status.kind;
}
