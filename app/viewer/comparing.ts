/** An enlarged picture in the viewer, and before it bicubic interpolation or the picture as it was. */
import { byId, onChoice, within } from '../shared/dom.ts';
import { Slot, type Wanted } from './slot.ts';
import type { Size } from './view.ts';
import { type Layout, Viewer } from './viewer.ts';

export type Before = 'bicubic' | 'original';
export type Part = Before | 'enlarged';

const BEFORE_NAMES: Readonly<Record<Before, string>> = { bicubic: 'Bicubic', original: 'Original' };

export interface Compared {
  /** Pictures of one key are of the same: the view stays. */
  readonly key: string;
  readonly size: Size;
  /** What enlarged it. */
  readonly by: string;
  /** Of the picture, for those who do not see it. */
  readonly label: string;
}

export class Comparing {
  private readonly viewer = new Viewer();
  private readonly slider = within(this.element, 'input', HTMLInputElement);
  private readonly slots: Readonly<Record<Part, Slot>>;
  private readonly choices = byId('before', HTMLElement);
  private chosen: Before = 'bicubic';
  private before: Before = 'bicubic';

  /**
   * @param changed is told when a bitmap is there, and when another `before` is chosen
   * @param failed is told when a bitmap cannot be had
   */
  constructor(changed: () => void, failed: (part: Part, message: string) => void) {
    const slot = (part: Part) => new Slot(changed, (message) => failed(part, message));
    this.slots = { bicubic: slot('bicubic'), original: slot('original'), enlarged: slot('enlarged') };
    this.slider.addEventListener('input', () => this.describeSlider());
    onChoice<Layout>(byId('layout', HTMLElement), (layout) => this.viewer.setLayout(layout));
    onChoice<Before>(this.choices, (before) => {
      this.chosen = before;
      changed();
    });
  }

  get element(): HTMLElement {
    return this.viewer.element;
  }

  /** The enlarged picture, once it is loaded. */
  get enlarged(): ImageBitmap | undefined {
    return this.slots.enlarged.bitmap;
  }

  /** Loads what is seen of these, and lets go of the rest. Without a bicubic one, the original takes its place. */
  want(wanted: Readonly<Partial<Record<Part, Wanted>>>): void {
    this.before = wanted[this.chosen] || !wanted.original ? this.chosen : 'original';
    for (const input of this.choices.querySelectorAll('input')) {
      input.checked = input.value === this.before;
      input.disabled = wanted.original !== undefined && !wanted[input.value as Before];
    }
    for (const [part, slot] of this.entries())
      slot.want(part === 'enlarged' || part === this.before ? wanted[part] : undefined);
  }

  /** Lets what could not be loaded be tried once more, when it is wanted again. */
  forgive(): void {
    for (const [, slot] of this.entries()) slot.forgive();
  }

  show(compared: Compared | undefined): void {
    if (!compared) {
      this.viewer.show(undefined, '');
      return;
    }
    const { key, size, by, label } = compared;
    within(this.element, '.before', HTMLElement).textContent = BEFORE_NAMES[this.before];
    within(this.element, '.after', HTMLElement).textContent = by;
    this.viewer.show({ key, size, before: this.slots[this.before].bitmap, after: this.enlarged }, label);
    this.describeSlider();
  }

  private entries(): [Part, Slot][] {
    return Object.entries(this.slots) as [Part, Slot][];
  }

  private describeSlider(): void {
    const percent = Math.round(Number(this.slider.value));
    this.slider.setAttribute('aria-valuetext', `${percent} % ${BEFORE_NAMES[this.before].toLowerCase()}`);
  }
}
