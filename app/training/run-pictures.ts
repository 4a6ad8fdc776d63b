/** The pictures of the selected run's last validation in the viewer. */
import { byId, onChoice, within } from '../shared/dom.ts';
import { pixels } from '../shared/pixels.ts';
import { Slot } from '../viewer/slot.ts';
import { type Layout, Viewer } from '../viewer/viewer.ts';
import { fetchResult, type RunDescription } from './api.ts';
import { element } from './elements.ts';
import { type State, selectedRun, type TrainingStore } from './state.ts';
import { integerText, psnrText } from './text.ts';

type Before = 'bicubic' | 'original';

const BEFORE_NAMES: Readonly<Record<Before, string>> = { bicubic: 'Bicubic', original: 'Original' };

/** One picture of a validation: the names of its files. */
interface Result {
  readonly name: string;
  readonly scale: number;
  readonly SR: string;
  readonly LR: string;
  readonly HR: string;
}

export class RunPictures {
  private readonly store: TrainingStore;
  private readonly viewer = new Viewer();
  private readonly slider = within(this.viewer.element, 'input', HTMLInputElement);
  private readonly chooser = byId('picture', HTMLSelectElement);
  private readonly problem = byId('pictures-problem', HTMLElement);
  private readonly slots: Readonly<Record<Before | 'enlarged', Slot>>;
  private before: Before = 'bicubic';

  constructor(store: TrainingStore) {
    this.store = store;
    const slot = () =>
      new Slot(
        () => this.show(),
        (message) => {
          this.problem.textContent = `The picture cannot be shown (${message}).`;
        },
      );
    this.slots = { bicubic: slot(), original: slot(), enlarged: slot() };
    this.slider.addEventListener('input', () => this.describeSlider());
    this.chooser.addEventListener('change', () => this.render(store.state));
    onChoice<Layout>(byId('layout', HTMLElement), (layout) => this.viewer.setLayout(layout));
    onChoice<Before>(byId('before', HTMLElement), (before) => {
      this.before = before;
      this.render(store.state);
    });
    scrollPast(this.viewer.element);
    store.subscribe((state) => this.render(state));
  }

  private render(state: State): void {
    const description = state.descriptions.get(state.selected ?? '');
    const results = resultsOf(description);
    this.offer(results.map(({ name }) => name));
    const nothing = byId('no-pictures', HTMLElement);
    nothing.hidden = results.length > 0;
    nothing.textContent = whyNone(description);
    for (const part of [this.viewer.element, byId('tools', HTMLElement)]) part.hidden = results.length === 0;
    const at = lastValidation(state);
    byId('pictures-of', HTMLElement).textContent = results.length > 0 ? at.text : '';
    this.load(
      results.find(({ name }) => name === this.chooser.value),
      `${state.selected} ${at.step}`,
    );
    this.show();
  }

  private offer(names: readonly string[]): void {
    const offered = [...this.chooser.options].map(({ value }) => value);
    if (JSON.stringify(offered) === JSON.stringify(names)) return;
    const { value } = this.chooser;
    this.chooser.replaceChildren(...names.map((name) => element('option', '', name)));
    if (names.includes(value)) this.chooser.value = value;
  }

  /** @param version changes when the files may have */
  private load(result: Result | undefined, version: string): void {
    this.problem.textContent = '';
    const run = this.store.state.selected ?? '';
    const want = (slot: Before | 'enlarged', load: (result: Result) => Promise<ImageBitmap>) => {
      const isWanted = result && (slot === 'enlarged' || slot === this.before);
      this.slots[slot].want(isWanted ? `${version} ${result.SR}` : undefined, () => load(result!));
    };
    want('enlarged', async ({ SR }) => createImageBitmap(await fetchResult(run, SR)));
    want('original', async ({ HR, scale }) => cropped(await fetchResult(run, HR), scale));
    want('bicubic', async ({ LR, scale }) =>
      pixels.bicubic(new File([await fetchResult(run, LR)], LR), scale),
    );
  }

  private show(): void {
    const { selected = '', descriptions } = this.store.state;
    const { bitmap: after } = this.slots.enlarged;
    if (!after) {
      this.viewer.show(undefined, '');
      return;
    }
    const { options = {} } = descriptions.get(selected) ?? {};
    const { width, height } = after;
    within(this.viewer.element, '.before', HTMLElement).textContent = BEFORE_NAMES[this.before];
    within(this.viewer.element, '.after', HTMLElement).textContent = String(
      options.architecture ?? 'SR',
    ).toUpperCase();
    this.viewer.show(
      {
        key: `${selected} ${this.chooser.value} ${width}×${height}`,
        size: { width, height },
        before: this.slots[this.before].bitmap,
        after,
      },
      `${this.chooser.value}, enlarged by ${selected}, ${width}×${height} pixels`,
    );
    this.describeSlider();
  }

  private describeSlider(): void {
    const percent = Math.round(Number(this.slider.value));
    this.slider.setAttribute('aria-valuetext', `${percent} % ${BEFORE_NAMES[this.before].toLowerCase()}`);
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
async function cropped(file: Blob, scale: number): Promise<ImageBitmap> {
  const whole = await createImageBitmap(file);
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
  return { step, text: `after step ${integerText(step)}, ${psnrText(psnr?.values.at(-1))} on average` };
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
