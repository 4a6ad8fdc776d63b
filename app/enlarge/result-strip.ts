/** How far the selected picture is, and what can be done with it. */
import { encodePicture } from 'sisr/web';
import { byId, keepFocus, showShare } from '../shared/dom.ts';
import { messageOf } from '../shared/message-of.ts';
import { download } from './download.ts';
import { settingsFor } from './models.ts';
import type { Queue } from './queue.ts';
import {
  changePicture,
  type FileType,
  notify,
  type PageStore,
  type Picture,
  type Settings,
  type State,
  selectedPicture,
} from './state.ts';
import { fileTypeText, sizeText, statusText } from './text.ts';

export class ResultStrip {
  private readonly store: PageStore;
  private readonly element = byId('result', HTMLElement);
  private readonly progress = byId('result-progress', HTMLProgressElement);
  private readonly cancel = byId('result-cancel', HTMLButtonElement);
  private readonly again = byId('result-again', HTMLButtonElement);
  private readonly save = byId('result-save', HTMLElement);
  private readonly saving = byId('result-download', HTMLButtonElement);
  private readonly type = byId('result-type', HTMLSelectElement);

  constructor(store: PageStore, queue: Queue) {
    this.store = store;
    this.cancel.addEventListener('click', () => queue.cancel(store.state.selected!));
    this.again.addEventListener('click', () => {
      const next = nextSettings(store.state);
      if (next) queue.again(store.state.selected!, next.settings);
    });
    this.saving.addEventListener('click', () => this.download());
    this.type.addEventListener('change', () => this.render(store.state));
    store.subscribe((state) =>
      keepFocus(() => this.render(state), this.cancel, this.again, this.saving, byId('choose', HTMLElement)),
    );
    for (const option of this.type.options) markUnwritable(option);
  }

  private render(state: State): void {
    const picture = selectedPicture(state);
    this.element.hidden = !picture;
    if (!picture) return;
    const { kind } = picture.status;
    this.element.dataset.status = kind;
    byId('result-text', HTMLElement).textContent = lineOf(picture);
    this.progress.hidden = kind !== 'running';
    showShare(this.progress, picture.status.kind === 'running' ? picture.status.share : 0);
    this.cancel.hidden = kind !== 'running' && kind !== 'waiting';
    const next = nextSettings(state);
    this.again.hidden = !next;
    this.again.textContent = next?.label ?? '';
    this.save.hidden = kind !== 'done';
    // A button that is really disabled would lose the focus.
    this.saving.ariaDisabled = String(state.writing !== undefined);
    this.saving.textContent = state.writing ? `Writing ${fileTypeText(state.writing)}…` : 'Download';
    byId('result-alpha', HTMLElement).hidden =
      kind !== 'done' || this.type.value !== 'image/jpeg' || !picture.looks?.transparent;
  }

  private async download(): Promise<void> {
    const picture = selectedPicture(this.store.state);
    if (picture?.status.kind !== 'done' || this.store.state.writing) return;
    const type = this.type.value as FileType;
    this.store.update({ writing: type });
    try {
      const { result } = picture.status;
      await download(picture, result, type);
      changePicture(this.store, picture.id, { saved: result });
    } catch (error) {
      notify(this.store, messageOf(error));
    }
    this.store.update({ writing: undefined });
  }
}

/** Safari writes no WebP. */
async function markUnwritable(option: HTMLOptionElement): Promise<void> {
  const written = await encodePicture(new ImageData(1, 1), { type: option.value as FileType }).catch(
    () => undefined,
  );
  if (written) return;
  option.disabled = true;
  option.textContent += ' (not in this browser)';
}

function lineOf(picture: Picture): string {
  const { looks, status } = picture;
  const from = looks && status.kind === 'done' ? `${sizeText(looks)} → ` : '';
  return `${from}${statusText(picture)}`;
}

/** How the selected picture would be enlarged again, where that makes a difference. */
function nextSettings(state: State): { settings: Settings; label: string } | undefined {
  const picture = selectedPicture(state);
  const { choice, models } = state;
  if (!picture || !choice) return undefined;
  const settings = settingsFor(picture.lossy, choice, models);
  const { status } = picture;
  if (status.kind === 'running' || status.kind === 'waiting') return undefined;
  if (status.kind === 'failed' && status.nextTile !== undefined)
    return {
      settings: { ...picture.settings, tile: status.nextTile },
      label: `Try tiles of ${status.nextTile} pixels`,
    };
  // What is no picture stays none.
  if (status.kind === 'failed' && !picture.looks) return undefined;
  if (status.kind !== 'done') return { settings, label: 'Try again' };
  const same = (Object.keys(settings) as (keyof Settings)[]).every(
    (name) => settings[name] === picture.settings[name],
  );
  return same ? undefined : { settings, label: `Enlarge ×${settings.model.scale}` };
}
