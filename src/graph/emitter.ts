export type OnnxAttribute =
  | { int: number }
  | { ints: readonly number[] }
  | { float: number }
  | { string: string };

/** What an operator uses to write itself. */
export interface OnnxEmitter {
  /** Adds a node with one result and returns the result's name. */
  node(type: string, inputs: readonly string[], attributes?: Readonly<Record<string, OnnxAttribute>>): string;
}
