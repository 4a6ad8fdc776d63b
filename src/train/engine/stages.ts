/**
 * A network in stages: parts that run one after the other, each a program of moderate size. Unrolled whole, a deep
 * network's training step has tens of thousands of nodes and takes minutes to compile. Blocks that repeat become
 * stages, so that one program serves all of them; what lies between them becomes stages of its own.
 */
import { substitute } from '../../graph/substitute.ts';
import { inOrder, input, type Value } from '../../graph/value.ts';
import { type Block, trace } from '../../nn/block.ts';

export interface Stage {
  /** Where its inputs come from: the network's input, or outputs of stages before. */
  readonly sources: readonly Value[];
  /** What stages after it know its results by. */
  readonly outputs: readonly Value[];
  /** The stage's inputs in its own program. */
  readonly inputs: readonly Value[];
  /** The program of each output: of the inputs and of parameters. */
  readonly results: readonly Value[];
}

/** A repeated block at one place of the network; `y` stands for its result. */
interface Use {
  readonly block: Block;
  readonly path: string;
  readonly x: Value;
  readonly y: Value;
}

/**
 * The network's stages, in an order in which they can run; the last one gives its output.
 *
 * @param x the network's input, of known size
 * @param limit how many values a stage may have; more only where a single repeated block has, or what stands between chains
 */
export function stagesOf(network: Block, x: Value, limit: number): Stage[] {
  const whole = trace(network, x);
  if (inOrder([whole]).length <= limit) return [stage([x], [whole], [whole])];
  const { uses, output } = traceUses(network, x);
  const chunks = chains(uses, output).flatMap((chain) => split(chain, limit));
  const glue = glueStages(x, chunks, output);
  return [...glue.keys()].flatMap((level) => {
    const chunk = chunks[level];
    return [...glue[level]!, ...(chunk ? [chunkStage(chunk)] : [])];
  });
}

/** @param programs of the outputs, which begin at the sources */
function stage(sources: readonly Value[], outputs: readonly Value[], programs: readonly Value[]): Stage {
  const inputs = new Map(sources.map((source, i) => [source, input(`x${i}`, source.shape)]));
  const results = substitute(programs, (value) => inputs.get(value));
  return { sources, outputs, inputs: [...inputs.values()], results };
}

/** The network with its repeated blocks left open. */
function traceUses(network: Block, x: Value): { uses: Use[]; output: Value } {
  const repeated = repeatedBlocks(network);
  const uses: Use[] = [];
  const output = trace(network, x, '', (block, value, path) => {
    if (!repeated.has(block)) return undefined;
    const y = input(`use ${uses.length}`, trace(block, value).shape);
    uses.push({ block, path, x: value, y });
    return y;
  });
  return { uses, output };
}

/** The outermost blocks that stand under several names and have parts of their own. */
function repeatedBlocks(network: Block): Set<Block> {
  const met = new Set<Block>();
  const repeated = new Set<Block>();
  const visit = (block: Block) => {
    for (const child of Object.values(block.children)) {
      if (met.has(child) && Object.keys(child.children).length > 0) repeated.add(child);
      if (met.has(child)) continue;
      met.add(child);
      visit(child);
    }
  };
  visit(network);
  return repeated;
}

/** Runs of one block's uses, each on the result of the one before, which nothing else needs. */
function chains(uses: readonly Use[], output: Value): Use[][] {
  const needed = inOrder([output, ...uses.map(({ x }) => x)]).flatMap((value) =>
    value.kind === 'computed' ? value.operands : [],
  );
  const elsewhere = new Set<Value>([...needed, output]);
  const found: Use[][] = [];
  for (const use of uses) {
    const chain = found.at(-1);
    const last = chain?.at(-1);
    if (chain && use.block === last?.block && use.x === last.y && !elsewhere.has(use.x)) chain.push(use);
    else found.push([use]);
  }
  return found;
}

/** A chain in chunks of nearly equal length. */
function split(chain: readonly Use[], limit: number): Use[][] {
  const { block, x } = chain[0]!;
  const size = inOrder([trace(block, input('x', x.shape))]).length;
  const count = Math.ceil(chain.length / Math.max(1, Math.floor(limit / size)));
  const border = (i: number) => Math.round((i * chain.length) / count);
  return Array.from({ length: count }, (_, i) => chain.slice(border(i), border(i + 1)));
}

function chunkStage(chunk: readonly Use[]): Stage {
  const { x } = chunk[0]!;
  const result = chunk.reduce((value, { block, path }) => trace(block, value, path), x);
  return stage([x], [chunk.at(-1)!.y], [result]);
}

/** What lies between the chunks: at index i the stages that can run once chunk i - 1 has. */
function glueStages(x: Value, chunks: readonly Use[][], output: Value): Stage[][] {
  const starts = chunks.map((chunk) => chunk[0]!.x);
  const order = inOrder([...starts, output]);
  const levels = new Map<Value, number>([[x, 0]]);
  for (const [i, chunk] of chunks.entries()) levels.set(chunk.at(-1)!.y, i + 1);
  for (const value of order) {
    if (value.kind !== 'computed') continue;
    const known = value.operands.flatMap((operand) => levels.get(operand) ?? []);
    // Values of parameters alone belong to every stage that needs them.
    if (known.length > 0) levels.set(value, Math.max(...known));
  }
  return Array.from({ length: chunks.length + 1 }, (_, level) => {
    const own = order.filter((value) => value.kind === 'computed' && levels.get(value) === level);
    const later = order.filter((value) => (levels.get(value) ?? -1) > level);
    const wanted = new Set([...starts, output, ...operandsOf(later)]);
    const outputs = own.filter((value) => wanted.has(value));
    const sources = new Set(operandsOf(own).filter((value) => levels.has(value) && !own.includes(value)));
    return outputs.length > 0 ? [stage([...sources], outputs, outputs)] : [];
  });
}

function operandsOf(values: readonly Value[]): Value[] {
  return values.flatMap((value) => (value.kind === 'computed' ? value.operands : []));
}
