/** What the tests of `sisr/web` do in the page. Bytes cross as base64, samples of pictures are RGBA. */
import * as sisr from '../../../../src/web/index.ts';

const KINDS = { Blob, ImageBitmap, ImageData, Image: Object } as const;
type Kind = keyof typeof KINDS;

interface Given {
  kind: Kind;
  width: number;
  height: number;
  /** Samples, or the file where the kind is Blob. */
  bytes: string;
}

type Options = sisr.WebUpscaleOptions & {
  /** Share of the work after which the picture is cancelled. */
  cancelAfter?: number;
  /** Share of the work after which `onProgress` throws. */
  throwAfter?: number;
};

let network: sisr.WebNetwork;

const scenarios = {
  /** Opens a network from an address or from bytes: a file where they have a name. */
  async open(
    source: string | { name?: string; bytes: string },
    settings?: sisr.WebNetworkSettings,
  ): Promise<object> {
    network = await sisr.loadNetwork(typeof source === 'string' ? source : fileOf(source), settings);
    return JSON.parse(JSON.stringify(network));
  },

  async upscale(given: Given, { cancelAfter, throwAfter, ...options }: Options = {}): Promise<object> {
    const controller = new AbortController();
    const progress: number[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++);
    const result = network.upscale(await pictureOf(given), {
      ...options,
      signal: controller.signal,
      onProgress: ({ done, total }) => {
        progress.push(done / total);
        if (cancelAfter !== undefined && done / total >= cancelAfter) controller.abort(new Error('enough'));
        if (throwAfter !== undefined && done / total >= throwAfter) throw new Error('no more');
      },
    });
    const told = await describeResult(await result);
    clearInterval(timer);
    return { ...told, progress, turns };
  },

  async run(data: number[], dims: number[]): Promise<object> {
    const output = await network.run({ data: Float32Array.from(data), dims });
    return { data: [...output.data], dims: output.dims };
  },

  dispose: () => network.dispose(),
};

function fileOf({ name, bytes }: { name?: string; bytes: string }): File | Uint8Array {
  return name === undefined ? fromBase64(bytes) : new File([fromBase64(bytes)], name);
}

async function pictureOf({ kind, width, height, bytes }: Given): Promise<sisr.WebPicture> {
  const data = fromBase64(bytes);
  if (kind === 'Blob') return new Blob([data]);
  if (kind === 'Image') return { width, height, channels: 4, data };
  const samples = new ImageData(new Uint8ClampedArray(data), width, height);
  return kind === 'ImageData' ? samples : createImageBitmap(samples, { premultiplyAlpha: 'none' });
}

async function describeResult(picture: sisr.WebPicture): Promise<object> {
  const [kind] = Object.entries(KINDS).find(([, type]) => picture instanceof type)!;
  if (picture instanceof Blob)
    return { kind, type: picture.type, bytes: toBase64(new Uint8Array(await picture.arrayBuffer())) };
  const { width, height } = picture;
  const data = picture instanceof ImageBitmap ? drawn(picture) : picture.data;
  return { kind, width, height, bytes: toBase64(Uint8Array.from(data as Uint8Array)) };
}

function drawn(bitmap: ImageBitmap): Uint8ClampedArray {
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Errors would lose everything but their message on the way to the test. */
async function attempt(name: keyof typeof scenarios, args: never[]): Promise<object> {
  try {
    return { value: await (scenarios[name] as (...args: never[]) => unknown)(...args) };
  } catch (error) {
    const { name: kind, message, nextTile } = error as Error & { nextTile?: number };
    return { error: { name: kind, message, nextTile } };
  }
}

Object.assign(globalThis, { attempt });
