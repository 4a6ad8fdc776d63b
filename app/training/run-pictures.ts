/** The pictures of the selected run's last validation in the viewer. */
import { byId } from '../shared/dom.ts';
import { onPixels } from '../shared/pixels.ts';
import { Comparing } from '../viewer/comparing.ts';
import { fetchResult, type RunDescription } from './api.ts';
import { element } from './elements.ts';
import { type State, selectedRun, type TrainingStore } from './state.ts';
import { integerText, psnrText } from './text.ts';

/** One picture of a validation: the names of its files. */
interface Result {
  readonly name: string;
  readonly scale: number;
  readonly SR: string;
  readonly LR: string;
  readonly HR: string;
}

export class RunPictures {
  private readonly comparing: Comparing;
  private readonly chooser = byId('picture', HTMLSelectElement);
  private readonly problem = byId('pictures-problem', HTMLElement);
  /** Another one where other pictures are wanted. */
  private wanted = '';
  private connected = true;

  constructor(store: TrainingStore) {
    this.comparing = new Comparing(
      () => this.render(store.state),
      (_, message) => {
        this.problem.textContent = `The picture cannot be shown (${message}).`;
      },
    );
    this.chooser.addEventListener('change', () => this.render(store.state));
    scrollPast(this.comparing.element);
    store.subscribe((state) => this.render(state));
  }

  private render(state: State): void {
    const description = state.descriptions.get(state.selected ?? '');
    const results = resultsOf(description);
    this.offer(results.map(({ name }) => name));
    const nothing = byId('no-pictures', HTMLElement);
    nothing.hidden = results.length > 0;
    nothing.textContent = whyNone(description);
    for (const part of [this.comparing.element, byId('tools', HTMLElement)])
      part.hidden = results.length === 0;
    const at = lastValidation(state);
    byId('pictures-of', HTMLElement).textContent = results.length > 0 ? at.text : '';
    this.tryAgain(state.connection.kind === 'live');
    this.load(
      results.find(({ name }) => name === this.chooser.value),
      state.selected ?? '',
      at.step,
    );
    this.show(state.selected ?? '', description);
  }

  private offer(names: readonly string[]): void {
    const offered = [...this.chooser.options].map(({ value }) => value);
    if (JSON.stringify(offered) === JSON.stringify(names)) return;
    const { value } = this.chooser;
    this.chooser.replaceChildren(...names.map((name) => element('option', '', name)));
    if (names.includes(value)) this.chooser.value = value;
  }

  /** What could not be loaded while the server was away. */
  private tryAgain(connected: boolean): void {
    if (connected && !this.connected) {
      this.comparing.forgive();
      this.problem.textContent = '';
    }
    this.connected = connected;
  }

  /** @param version another one after each validation, which writes files of the same names */
  private load(result: Result | undefined, run: string, version: number): void {
    const key = `${run} ${result?.SR}`;
    if (this.wanted !== `${key} ${version}`) this.problem.textContent = '';
    this.wanted = `${key} ${version}`;
    if (!result) {
      this.comparing.want({});
      return;
    }
    const { SR, LR, HR, scale } = result;
    const bitmapOf = async (name: string) => createImageBitmap(await fetchResult(run, name));
    this.comparing.want({
      enlarged: { key, version, load: () => bitmapOf(SR) },
      original: { key, version, load: async () => cropped(await bitmapOf(HR), scale) },
      bicubic: {
        key,
        version,
        load: async (isWanted) => {
          const file = new File([await fetchResult(run, LR)], LR);
          return onPixels(
            (pixels) => pixels.bicubic(file, scale),
            () => (isWanted() ? 'urgent' : 'none'),
          );
        },
      },
    });
  }

  private show(run: string, description: RunDescription | undefined): void {
    const { enlarged } = this.comparing;
    if (!enlarged) {
      this.comparing.show(undefined);
      return;
    }
    const { width, height } = enlarged;
    const picture = this.chooser.value;
    this.comparing.show({
      key: `${run} ${picture} ${width}×${height}`,
      size: { width, height },
      by: String(description?.options.architecture ?? 'SR').toUpperCase(),
      label: `${picture}, enlarged by ${run}, ${width}×${height} pixels`,
    });
  }
}

/** `<picture>_x<scale>_SR.png`, and LR and HR beside it. */
function resultsOf(description: RunDescription | undefined): Result[] {
  const files = new Set(description?.results);
  return [...files].flatMap((SR) => {
    const [, name, scale] = /^(.+)_x(\d+)_SR\.png$/.exec(SR) ?? [];
    if (name === undefined) return [];
    const [LR, HR] = ['LR', 'HR'].map((kind) => `${name}_x${scale}_${kind}.png`) as [string, string];
    return files.has(LR) && files.has(HR) ? [{ name, scale: Number(scale), SR, LR, HR }] : [];
  });
}

/** As much of the original as can be enlarged from whole pixels. */
async function cropped(whole: ImageBitmap, scale: number): Promise<ImageBitmap> {
  const { width, height } = whole;
  return createImageBitmap(whole, 0, 0, width - (width % scale), height - (height % scale));
}

function whyNone(description: RunDescription | undefined): string {
  if (!description) return '';
  const { validation, saveResults } = description.options;
  if (validation === undefined) return 'This run has no pictures to validate with (--val-hr).';
  if (saveResults !== true)
    return 'This run does not keep its pictures. With --save_results it writes those of each validation.';
  return 'None yet: they come with the first validation.';
}

function lastValidation(state: State): { step: number; text: string } {
  const run = selectedRun(state);
  const { psnr } = state.curves.get(run?.name ?? '') ?? {};
  const step = psnr?.step.at(-1);
  if (step === undefined) return { step: 0, text: 'of a validation that goes on' };
  // While the next validation goes on, some pictures are of that one already.
  const average = psnrText(psnr?.values.at(-1));
  return { step, text: `the latest; ${average} on average after step ${integerText(step)}` };
}

/** Lets the wheel scroll the page over the viewer, until it is used. */
function scrollPast(viewer: HTMLElement): void {
  viewer.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !viewer.contains(document.activeElement)) event.stopImmediatePropagation();
    },
    { capture: true },
  );
}
