import { InputError } from '../errors.ts';
import { peakBytes } from '../graph/memory.ts';
import { writeOnnx } from '../graph/onnx.ts';
import type { Value } from '../graph/value.ts';
import type { Image } from '../image/image.ts';
import type { NetworkOptions } from '../models/architecture.ts';
import { checkSize } from '../models/check-size.ts';
import { INPUT, networkProgram, OUTPUT } from '../models/program.ts';
import type { IdentifiedNetwork, WantedNetwork } from '../models/registry.ts';
import { parameterCount } from '../nn/block.ts';
import { openSession } from '../runtime/choose-device.ts';
import type { Device, DeviceChoice, Runtime, Session } from '../runtime/runtime.ts';
import { elementCount, formatDims, type StateDict, type Tensor } from '../tensor.ts';
import type { Upscaler } from './forward.ts';
import { afterBicubic } from './pre-upsample.ts';
import { type UpscaleOptions, upscale } from './upscale.ts';

export interface NetworkSettings extends WantedNetwork {
  /** Default: `auto`. */
  device?: DeviceChoice;
  /** Threads of the CPU; default: one per core, in browsers one for two cores and 8 at most. */
  threads?: number;
}

/** A network with its weights, ready to run. Holds native memory until `dispose` is called. */
export interface Network {
  readonly architecture: string;
  readonly options: Readonly<NetworkOptions>;
  readonly scale: number;
  readonly parameterCount: number;
  /** Every parameter under its official key. */
  readonly state: StateDict;
  /** What had to be guessed of the network, as the file does not tell it: a sentence for each option. */
  readonly notes: readonly string[];
  readonly device: Device;
  /** What `auto` tried before it took `device`, and why it did not take it. */
  readonly deviceNotes: readonly string[];
  /**
   * One run of the network as it is, on values 0..options.valueRange, without clamping or rounding:
   * [N, C, H, W] → [N, C, H * scale, W * scale] with C = options.colors. With one colour it takes Y. SRCNN takes
   * the picture already enlarged, and gives one of the same size.
   */
  run(input: Tensor): Promise<Tensor>;
  /**
   * Enlarges a picture of any size and sample format; the result has the same format and channels. A network on
   * Y enlarges the brightness, bicubic interpolation the colours.
   *
   * @throws {InputError} for options that make no sense; the signal's reason when it is aborted
   */
  upscale<I extends Image>(image: I, options?: UpscaleOptions): Promise<I>;
  dispose(): Promise<void>;
}

/** Side of the grey square on which devices are compared. */
const PROBE_SIZE = 64;

/**
 * Writes an identified network as ONNX and opens it on a device.
 *
 * @throws {InputError} where a device that was asked for by name does not work
 */
export async function createNetwork(
  identified: IdentifiedNetwork,
  runtime: Runtime,
  settings: Pick<NetworkSettings, 'device' | 'threads'> = {},
): Promise<Network> {
  const output = networkProgram(identified.network, identified.options);
  const model = writeOnnx({ [OUTPUT]: output }, { parameters: identified.state });
  const { session, notes } = await openSession(runtime, model, {
    device: settings.device,
    threads: settings.threads,
    probe: { input: INPUT, output: OUTPUT, tensor: probe(identified.options) },
  });
  return new OpenNetwork(identified, output, session, notes, runtime.tileWork);
}

class OpenNetwork implements Network {
  readonly architecture: string;
  readonly options: NetworkOptions;
  readonly scale: number;
  readonly parameterCount: number;
  readonly state: StateDict;
  readonly notes: readonly string[];
  readonly device: Device;
  readonly deviceNotes: readonly string[];
  private readonly identified: IdentifiedNetwork;
  private readonly program: Value;
  private readonly session: Session;
  private readonly tileWork: number | undefined;

  constructor(
    identified: IdentifiedNetwork,
    program: Value,
    session: Session,
    notes: string[],
    tileWork: number | undefined,
  ) {
    this.architecture = identified.architecture.id;
    this.options = identified.options;
    this.scale = identified.options.scale;
    this.parameterCount = parameterCount(identified.network);
    this.state = identified.state;
    this.notes = identified.guessed;
    this.identified = identified;
    this.device = session.device;
    this.deviceNotes = notes;
    this.program = program;
    this.session = session;
    this.tileWork = tileWork;
  }

  async run(input: Tensor): Promise<Tensor> {
    if (input.data.length !== elementCount(input.dims)) {
      throw new InputError(
        `a tensor ${formatDims(input.dims)} has ${elementCount(input.dims)} elements, found ${input.data.length}`,
      );
    }
    const [, channels, height = 0, width = 0] = input.dims;
    if (input.dims.length !== 4 || channels !== this.options.colors) {
      throw new InputError(
        `expected a tensor [N, ${this.options.colors}, H, W], found ${formatDims(input.dims)}`,
      );
    }
    checkSize(this.identified.architecture, height, width);
    const { [OUTPUT]: output } = await this.session.run({ [INPUT]: input });
    if (!output) throw new Error('the session gave no output');
    return output;
  }

  upscale<I extends Image>(image: I, options: UpscaleOptions = {}): Promise<I> {
    return upscale(this.upscaler(), image, options);
  }

  private upscaler(): Upscaler {
    const { architecture, options } = this.identified;
    const { scale, valueRange, colors } = options;
    const run = (input: Tensor) => this.run(input);
    const seen = architecture.enlargedInput ? scale : 1;
    return {
      scale,
      valueRange,
      luma: colors === 1 ? (architecture.lumaRange?.(options) ?? 'studio') : undefined,
      weightBytes: 4 * this.parameterCount,
      tileWork: this.tileWork,
      forward: architecture.enlargedInput ? afterBicubic(scale, run) : run,
      activationBytes: (width, height) =>
        peakBytes([this.program], { batch: 1, width: seen * width, height: seen * height }),
    };
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }
}

/** A ramp with some texture, over the whole value range. */
function probe({ colors, valueRange }: NetworkOptions): Tensor {
  const data = new Float32Array(colors * PROBE_SIZE * PROBE_SIZE);
  for (let i = 0; i < data.length; i++) data[i] = (valueRange * ((i * 37) % 256)) / 255;
  return { data, dims: [1, colors, PROBE_SIZE, PROBE_SIZE] };
}
