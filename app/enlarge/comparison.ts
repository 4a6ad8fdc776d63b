/** The selected picture in the viewer. */
import { byId, keepFocus } from '../shared/dom.ts';
import { onPixels } from '../shared/pixels.ts';
import { Comparing, type Part } from '../viewer/comparing.ts';
import { limited, type Size } from '../viewer/view.ts';
import { enlargedSize, notify, type PageStore, type Picture, type State, selectedPicture } from './state.ts';
import { sizeText } from './text.ts';

const NAMES: Readonly<Record<Part, string>> = {
  bicubic: 'The picture by bicubic interpolation',
  original: 'The picture as it was',
  enlarged: 'The enlarged picture',
};

/** Pixels of a bitmap; a browser on a phone closes a page that takes much more memory than these. */
const MOST_PIXELS = matchMedia('(pointer: coarse)').matches ? 2 ** 24 : 2 ** 26;

export class Comparison {
  private readonly comparing: Comparing;
  private readonly empty = byId('empty', HTMLElement);
  private readonly choose = byId('choose', HTMLButtonElement);
  private readonly tools = byId('tools', HTMLElement);
  private readonly tooLarge = byId('too-large', HTMLElement);

  constructor(store: PageStore) {
    this.comparing = new Comparing(
      () => this.render(store.state),
      (part, message) => notify(store, `${NAMES[part]} cannot be shown (${message})`),
    );
    store.subscribe((state) => this.render(state));
  }

  private render(state: State): void {
    const picture = selectedPicture(state);
    // What is no picture has no looks.
    const seen = picture?.looks && picture;
    const { element } = this.comparing;
    const change = () => {
      element.hidden = this.tools.hidden = !seen;
      this.empty.hidden = seen !== undefined;
    };
    keepFocus(change, element, this.choose);
    element.classList.toggle('transparent', picture?.looks?.transparent ?? false);
    this.tooLarge.hidden = !seen || isAffordable(seen);
    this.load(seen);
    this.show(seen);
  }

  private load(picture: Picture | undefined): void {
    if (!picture) {
      this.comparing.want({});
      return;
    }
    const { id, file, looks, settings, status } = picture;
    const { scale } = settings.model;
    const result = status.kind === 'done' ? status.result : undefined;
    this.comparing.want({
      ...(isAffordable(picture) && {
        bicubic: {
          key: `${id} ×${scale}`,
          load: (isWanted) =>
            onPixels(
              (pixels) => pixels.bicubic(file, scale),
              () => (isWanted() ? 'urgent' : 'none'),
            ),
        },
      }),
      original: { key: file, load: () => bitmapOf(file, looks) },
      ...(result && { enlarged: { key: result, load: () => bitmapOf(result.file, enlargedSize(picture)) } }),
    });
  }

  private show(picture: Picture | undefined): void {
    const size = picture && enlargedSize(picture);
    if (!picture || !size) {
      this.comparing.show(undefined);
      return;
    }
    const state = this.comparing.enlarged ? 'enlarged' : 'not yet enlarged';
    this.comparing.show({
      key: `${picture.id} ${sizeText(size)}`,
      size,
      by: picture.settings.model.name,
      label: `${picture.file.name}, ${state}, ${sizeText(size)} pixels`,
    });
  }
}

/** A picture as the viewer draws it: a smaller one is stretched. */
function bitmapOf(file: Blob, size: Size | undefined): Promise<ImageBitmap> {
  if (!size || hasRoom(size)) return createImageBitmap(file);
  const { width, height } = limited(size, MOST_PIXELS);
  return createImageBitmap(file, { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' });
}

/** Whether there is room for the whole picture by bicubic interpolation, beside the enlarged one. */
function isAffordable(picture: Picture): boolean {
  const size = enlargedSize(picture);
  return size === undefined || hasRoom(size);
}

function hasRoom({ width, height }: Size): boolean {
  return width * height <= MOST_PIXELS;
}
