/** The optimiser's programs on every vector of parameters in the workspace. */
import type { Call } from '../../runtime/workspace.ts';
import { squareProgram, type Update } from './optimizer.ts';
import type { ParameterVectors } from './parameters.ts';
import { type ProgramStore, TENSORS } from './plan.ts';

/** The workspace's name for what is kept of a vector beside the weights: a moment, or the average `ema`. */
export function companion(kind: string, vector: number): string {
  return `${kind} ${vector}`;
}

const squares = (vector: number) => companion('squares', vector);

/** The vectors that training changes, by their place. */
export function trainedVectors({ all }: ParameterVectors): number[] {
  return [...all.keys()].filter((i) => all[i]!.trained);
}

/** The sum of squares of each gradient, into tensors that `squareTensors` names. */
export function squareCalls(vectors: ParameterVectors, programs: ProgramStore): Call[] {
  const program = programs.add(squareProgram());
  return trainedVectors(vectors).map((i) => ({
    program,
    inputs: { dw: TENSORS.gradient(i) },
    outputs: { squares: { tensor: squares(i), dims: [1] } },
  }));
}

export function squareTensors(vectors: ParameterVectors): string[] {
  return trainedVectors(vectors).map(squares);
}

/** The update of every vector; the numbers are tensors under their own names. */
export function updateCalls(vectors: ParameterVectors, update: Update, programs: ProgramStore): Call[] {
  const program = programs.add(update.program);
  return trainedVectors(vectors).map((i) => {
    const dims = [vectors.all[i]!.size];
    const tensors = {
      w: TENSORS.weights(i),
      ...Object.fromEntries(update.companions.map((kind) => [kind, companion(kind, i)])),
    };
    const results = Object.entries(tensors).map(([name, tensor]) => [`next${name}`, { tensor, dims }]);
    const numbers = Object.fromEntries(update.numbers.map((name) => [name, name]));
    return {
      program,
      inputs: { ...tensors, dw: TENSORS.gradient(i), ...numbers },
      outputs: Object.fromEntries(results),
    };
  });
}
