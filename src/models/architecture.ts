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

/** One network of the registry. */
export interface Architecture<Options extends NetworkOptions = NetworkOptions> {
  /** The name on the command line and in files. */
  readonly id: string;
  readonly title: string;
  /** Link to the paper. */
  readonly paper: string;
  readonly defaults: Options;
  /** The network as a tree of blocks. @throws {InputError} for options that no such network has. */
  build(options: Options): Block;
  /** The state dict under the official key names and in the official order, whatever naming it came with. */
  officialKeys(state: StateDict): StateDict;
  /** What is missing for this to be such a network; empty where it is one. Takes official key names. */
  detect(state: StateDict): string[];
  /** The options that a state dict of this network implies. Takes official key names. */
  optionsFrom(state: StateDict): Options;
}
