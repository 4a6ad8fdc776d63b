import type { Block } from '../nn/block.ts';
import type { StateDict } from '../tensor.ts';

/** The options that every network has. */
export interface NetworkOptions {
  /** Enlargement factor. */
  scale: number;
  /** Channels of the picture that the network sees: 3 for RGB. */
  colors: number;
  /** The network works on values 0..valueRange (255 or 1). */
  valueRange: number;
}

/** Values for some of a network's options, its own ones included. */
export type SomeOptions = Partial<NetworkOptions> & { readonly [name: string]: number | boolean | undefined };

/** Y of BT.601 as video has it (16..235 of 255) or as JPEG has it (0..255). */
export type LumaRange = 'studio' | 'full';

/** A published size of a network. */
export interface Configuration<Options extends NetworkOptions = NetworkOptions> {
  /** What sets it apart, e.g. "baseline". */
  readonly name: string;
  /** What differs from the defaults. */
  readonly options: Partial<Options>;
}

/** One network of the registry. */
export interface Architecture<Options extends NetworkOptions = NetworkOptions> {
  /** The name on the command line and in files. */
  readonly id: string;
  readonly title: string;
  /** Link to the paper. */
  readonly paper: string;
  readonly defaults: Options;
  /** The networks of the paper, for the table in docs/networks.md. Default: that of `defaults`. */
  readonly configurations?: readonly Configuration<Options>[];
  /** The codes whose key names are read, the one with the official names first. */
  readonly namings?: readonly string[];
  /** The network as a tree of blocks. @throws {InputError} for options that no such network has. */
  build(options: Options): Block;
  /**
   * The state dict under the official key names and in the official order, whatever naming it came with.
   *
   * @param wanted options that are asked for, for a network whose names depend on them
   */
  officialKeys(state: StateDict, wanted?: SomeOptions): StateDict;
  /** What is missing for this to be such a network; empty where it is one. Takes official key names. */
  detect(state: StateDict): string[];
  /** The options that a state dict of this network implies. Takes official key names. */
  optionsFrom(state: StateDict): Options;
  /** Which of these options no weight tells, by name, and why `optionsFrom` takes what it takes. */
  guesses?(state: StateDict): Readonly<Record<string, string>>;
  /**
   * Present where the network sees the picture already enlarged by bicubic interpolation and keeps its size.
   * Its weights then fit any scale.
   */
  readonly enlargedInput?: true;
  /** The least width and height of a picture that the network can work on. Default: 1. */
  readonly leastSide?: number;
  /** The Y that a network with one colour was made for. Default: `studio`. */
  lumaRange?(options: Options): LumaRange;
}
