/** The selected picture in the viewer: enlarged, and beside it bicubic interpolation or the picture as it was. */
import { byId, onChoice, within } from '../shared/dom.ts';
import { pixels } from '../shared/pixels.ts';
import { Slot } from '../viewer/slot.ts';
import { type Layout, Viewer } from '../viewer/viewer.ts';
import { enlargedSize, notify, type PageStore, type Picture, type State, selectedPicture } from './state.ts';
import { sizeText } from './text.ts';

type Before = 'bicubic' | 'original';

const BEFORE_NAMES: Readonly<Record<Before, string>> = { bicubic: 'Bicubic', original: 'Original' };

export class Comparison {
  private readonly store: PageStore;
  private readonly viewer = new Viewer();
  private readonly empty = byId('empty', HTMLElement);
  private readonly tools = byId('tools', HTMLElement);
  private readonly slider = within(this.viewer.element, 'input', HTMLInputElement);
  private readonly bicubic: Slot;
  private readonly original: Slot;
  private readonly enlarged: Slot;
  private before: Before = 'bicubic';

  constructor(store: PageStore) {
    this.store = store;
    const slot = (name: string) =>
      new Slot(
        () => this.show(),
        (message) => notify(store, `${name} cannot be shown (${message})`),
      );
    this.bicubic = slot('The picture by bicubic interpolation');
    this.original = slot('The picture as it was');
    this.enlarged = slot('The enlarged picture');
    this.slider.addEventListener('input', () => this.describeSlider());
    onChoice<Layout>(byId('layout', HTMLElement), (layout) => this.viewer.setLayout(layout));
    onChoice<Before>(byId('before', HTMLElement), (before) => {
      this.before = before;
      this.render(store.state);
    });
    store.subscribe((state) => this.render(state));
  }

  private render(state: State): void {
    const picture = selectedPicture(state);
    // What is no picture has no looks.
    const seen = picture?.looks && picture;
    this.viewer.element.hidden = this.tools.hidden = !seen;
    this.empty.hidden = seen !== undefined;
    this.viewer.element.classList.toggle('transparent', picture?.looks?.transparent ?? false);
    this.load(seen);
    this.show();
  }

  private load(picture: Picture | undefined): void {
    const { file, settings, status } = picture ?? {};
    const scale = settings?.model.scale ?? 1;
    const wanted = (before: Before) => (this.before === before ? picture : undefined);
    this.bicubic.want(wanted('bicubic') && `${picture?.id} ×${scale}`, () => pixels.bicubic(file!, scale));
    this.original.want(wanted('original')?.file, () => createImageBitmap(file!));
    const result = status?.kind === 'done' ? status.result : undefined;
    this.enlarged.want(result, () => createImageBitmap(result!.file));
  }

  private show(): void {
    const picture = selectedPicture(this.store.state);
    const size = picture && enlargedSize(picture);
    if (!picture || !size) {
      this.viewer.show(undefined, '');
      return;
    }
    const before = this[this.before].bitmap;
    const after = this.enlarged.bitmap;
    within(this.viewer.element, '.before', HTMLElement).textContent = BEFORE_NAMES[this.before];
    within(this.viewer.element, '.after', HTMLElement).textContent = picture.settings.model.name;
    const label = `${picture.file.name}, ${after ? 'enlarged' : 'not yet enlarged'}, ${sizeText(size)} pixels`;
    this.viewer.show({ key: `${picture.id} ${sizeText(size)}`, size, before, after }, label);
    this.describeSlider();
  }

  private describeSlider(): void {
    const percent = Math.round(Number(this.slider.value));
    this.slider.setAttribute('aria-valuetext', `${percent} % ${BEFORE_NAMES[this.before].toLowerCase()}`);
  }
}
