/**
 * What runs in the worker: the whole network, from the bytes of its checkpoint to the enlarged picture. The page
 * speaks to it through Comlink; it opens one network and lives as long as that.
 */
import { expose, transfer } from 'comlink';
import type { Tensor } from '../tensor.ts';
import { fixedBytes } from '../upscale/auto-tile.ts';
import { openNetwork } from '../upscale/load.ts';
import type { Network, NetworkSettings } from '../upscale/network.ts';
import { enlargedSize } from '../upscale/upscale.ts';
import { failureOf } from './failure.ts';
import { gpuTileMemory, graphicsCard } from './gpu.ts';
import type { WebNetwork, WebPicture, WebUpscaleOptions } from './network.ts';
import { checkCanvas, checkEncoding, inFormOf, toImage } from './pictures.ts';
import { type Build, type Ort, webRuntime } from './runtime.ts';

/** A page is not alone on its machine, and every thread is a worker that loads this script. */
const MOST_THREADS = 8;

export interface Opening {
  readonly checkpoint: Blob;
  /** Of the file, for messages. */
  readonly name?: string | undefined;
  readonly settings: NetworkSettings;
  /** Absolute, ends in a slash. */
  readonly wasmFolder?: string | undefined;
  /** Bytes that tiles may take. */
  readonly tileMemory: number;
}

/** What a network tells of itself. */
export type Facts = Omit<WebNetwork, 'run' | 'upscale' | 'dispose'>;

export type Progress = (done: number, total: number) => unknown;

export type Host = ReturnType<typeof makeHost>;

/** Makes the script that calls this a worker. */
export function serve(ort: Ort, build: Build): void {
  // ONNX Runtime starts its threads with the same script, and speaks to them itself.
  if (!self.name.startsWith('em-pthread')) expose(makeHost(ort, build));
}

function makeHost(ort: Ort, build: Build) {
  let network: Network;
  let tileMemory: number;
  let cancelling = new AbortController();
  return {
    open: (opening: Opening) =>
      thrownPlainly(async (): Promise<Facts> => {
        const { checkpoint, name, settings, wasmFolder } = opening;
        if (wasmFolder) ort.env.wasm.wasmPaths = { wasm: wasmFolder + build.wasm };
        const bytes = new Uint8Array(await checkpoint.arrayBuffer());
        const { threads = usualThreads(navigator.hardwareConcurrency) } = settings;
        network = await openNetwork(bytes, webRuntime(ort, build), { ...settings, threads }, name);
        tileMemory = opening.tileMemory;
        if (network.device === 'webgpu')
          tileMemory = Math.min(tileMemory, gpuTileMemory(await graphicsCard(ort)));
        return factsOf(network, ort.env.wasm.numThreads ?? 1);
      }),

    run: (input: Tensor) =>
      thrownPlainly(async () => {
        const output = await network.run(input);
        return transfer(output, [output.data.buffer]);
      }),

    upscale: (picture: WebPicture, options: WebUpscaleOptions, tell: Progress) =>
      thrownPlainly(async () => {
        cancelling = new AbortController();
        if (picture instanceof Blob) await checkEncoding(options);
        const image = await toImage(picture);
        if (picture instanceof Blob) checkCanvas(enlargedSize(image, network.scale));
        if (picture instanceof ImageBitmap) picture.close(); // The worker's own copy of it.
        const weights = { scale: network.scale, weightBytes: 4 * network.parameterCount };
        let told: unknown;
        const enlarged = await network.upscale(image, {
          ...options,
          memory: options.memory ?? tileMemory + fixedBytes(weights, image),
          signal: cancelling.signal,
          onProgress: ({ done, total }) => {
            told = tell(done, total);
          },
        });
        // The page hears of the end before it gets the result.
        await told;
        return handedOver(await inFormOf(picture, enlarged, options));
      }),

    /** Stops the picture that is being enlarged at the next tile. */
    cancel: () => cancelling.abort(),
  };
}

/** Half of the processors, which mostly are half cores; all of few. */
function usualThreads(processors: number): number {
  return Math.min(MOST_THREADS, Math.max(Math.min(2, processors), Math.ceil(processors / 2)));
}

function factsOf(network: Network, threads: number): Facts {
  const { architecture, options, scale, parameterCount, notes, device, deviceNotes } = network;
  return { architecture, options, scale, parameterCount, notes, device, deviceNotes, threads };
}

/** Gives the samples to the page instead of copying them. */
function handedOver<P extends WebPicture>(picture: P): P {
  if (picture instanceof Blob) return picture;
  return transfer(picture, [picture instanceof ImageBitmap ? picture : picture.data.buffer]);
}

async function thrownPlainly<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw failureOf(error);
  }
}
