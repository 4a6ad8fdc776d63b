/** Everything that the page shows, beside the part of the picture that the viewer looks at. */
import type { DeviceChoice, WebNetwork } from 'sisr/web';
import type { Looks, Score } from '../shared/pixels-worker.ts';
import type { Store } from '../shared/store.ts';
import type { Size } from '../viewer/view.ts';

export interface State {
  readonly models: readonly Model[];
  /** For pictures that are added, and those that are enlarged again. Undefined until the models are known. */
  readonly choice: Choice | undefined;
  readonly network: NetworkState;
  /** Whether files are kept for times without a network. */
  readonly keepsFiles: boolean;
  /** In the order in which they were added and are enlarged. */
  readonly pictures: readonly Picture[];
  /** The one that is looked at. */
  readonly selected: number | undefined;
  /** The type of the file that is being written for a download. */
  readonly writing: FileType | undefined;
  readonly notices: readonly Notice[];
}

export const INITIAL_STATE: State = {
  models: [],
  choice: undefined,
  network: { kind: 'none' },
  keepsFiles: false,
  pictures: [],
  selected: undefined,
  writing: undefined,
  notices: [],
};

/** As in `models/index.json`; `sisr serve` adds where the weights are, and whether it was told to offer them. */
export interface Listed {
  readonly name: string;
  readonly architecture: string;
  readonly scale: number;
  readonly parameters: number;
  readonly degradation?: 'BI' | 'photo';
  readonly named?: boolean;
  readonly summary?: string;
  readonly sha256?: string;
  readonly url?: string;
}

export interface Model {
  readonly name: string;
  readonly scale: number;
  readonly parameters: number;
  readonly degradation?: 'BI' | 'photo' | undefined;
  readonly named?: boolean | undefined;
  /** What is known of it, in words. */
  readonly description: string;
  /** An address, or a file of the visitor's. */
  readonly weights: string | File;
}

/** How a picture is enlarged. */
export interface Settings {
  readonly model: Model;
  readonly device: DeviceChoice;
  readonly tile: 'auto' | number;
  readonly ensemble: boolean;
}

/** What the visitor wants of every picture. */
export interface Choice extends Omit<Settings, 'model'> {
  readonly scale: number;
  /** Undefined: whichever suits the picture. */
  readonly model: Model | undefined;
}

export type NetworkFacts = Omit<WebNetwork, 'run' | 'upscale' | 'dispose'>;

export type NetworkState =
  | { readonly kind: 'none' }
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly facts: NetworkFacts }
  | { readonly kind: 'failed'; readonly message: string };

export interface Picture {
  readonly id: number;
  readonly file: File;
  readonly lossy: boolean;
  readonly settings: Settings;
  readonly status: Status;
  /** Known soon after the picture was added, if it is one. */
  readonly looks?: Looks;
  /** The large original that the result is measured against. */
  readonly reference?: File;
  readonly measurement?: Measurement | undefined;
  /** The result that the visitor has as a file. */
  readonly saved?: Result;
}

export type Status =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'running'; readonly share: number; readonly secondsLeft?: number | undefined }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly message: string; readonly nextTile?: number | undefined }
  | { readonly kind: 'cancelled' };

export interface Result {
  /** PNG: without loss, and kept by the browser where it likes, instead of in memory. */
  readonly file: Blob;
  readonly seconds: number;
}

export type Measurement =
  | { readonly kind: 'measuring' }
  | { readonly kind: 'measured'; readonly enlarged: Score; readonly bicubic: Score }
  | { readonly kind: 'failed'; readonly message: string };

export type FileType = 'image/png' | 'image/jpeg' | 'image/webp';

/** An error that belongs to no picture. */
export interface Notice {
  readonly id: number;
  readonly message: string;
}

export type PageStore = Store<State>;

let lastId = 0;

export function newId(): number {
  lastId += 1;
  return lastId;
}

export function findPicture(state: State, id: number | undefined): Picture | undefined {
  return state.pictures.find((picture) => picture.id === id);
}

export function selectedPicture(state: State): Picture | undefined {
  return findPicture(state, state.selected);
}

/** Undefined until it is known that the file is a picture. */
export function enlargedSize({ looks, settings: { model } }: Picture): Size | undefined {
  return looks && { width: looks.width * model.scale, height: looks.height * model.scale };
}

/** Changes one picture; nothing happens where it was removed meanwhile. */
export function changePicture(store: PageStore, id: number, change: Partial<Picture>): void {
  store.update({
    pictures: store.state.pictures.map((picture) =>
      picture.id === id ? { ...picture, ...change } : picture,
    ),
  });
}

/** Gives the notice's id. */
export function notify(store: PageStore, message: string): number {
  const id = newId();
  store.update({ notices: [...store.state.notices, { id, message }] });
  return id;
}

export function dismiss(store: PageStore, dismissed: number): void {
  store.update({ notices: store.state.notices.filter(({ id }) => id !== dismissed) });
}
