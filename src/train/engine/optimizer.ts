/**
 * Optimisers as programs over a vector of parameters, with PyTorch's formulas. The moments stay where the parameters
 * are; what changes from step to step (learning rate, bias corrections) comes in as single numbers.
 */

import { add } from '../../graph/ops/add.ts';
import { scalar } from '../../graph/ops/constant.ts';
import { multiply } from '../../graph/ops/multiply.ts';
import { multiplyConstant } from '../../graph/ops/multiply-constant.ts';
import { power } from '../../graph/ops/power.ts';
import { reduceSum } from '../../graph/ops/reduce-sum.ts';
import { subtract } from '../../graph/ops/subtract.ts';
import { symbol } from '../../graph/shape.ts';
import { input, type Value } from '../../graph/value.ts';
import type { OptimizerOptions } from '../options.ts';
import type { Program } from './stage-programs.ts';

/** Smoothing constant of RMSprop, PyTorch's default. */
const RMSPROP_ALPHA = 0.99;

/**
 * The update of a vector: parameters `w`, gradient `dw` and the moments go in under these names and come out under
 * them, with `next` before (`nextw`, `nextmoment1`, …); with `ema` also the average of the weights. Further inputs are
 * the numbers of `updateNumbers`.
 */
export interface Update {
  readonly program: Program;
  /** The names of what is kept of a vector beside the weights: moments, which start as zeros, and `ema`. */
  readonly companions: readonly string[];
  /** The names of the numbers that it takes. */
  readonly numbers: readonly string[];
}

const SIZE = symbol('size');
const vector = (name: string) => input(name, [SIZE]);
const number = (name: string) => input(name, [1]);

export function updateProgram(options: OptimizerOptions, ema: number | undefined): Update {
  const w = vector('w');
  const clipped = multiply(vector('dw'), number('gradientScale'));
  const coupled = options.name !== 'adamw' && options.weightDecay > 0;
  const gradient = coupled ? add(clipped, multiplyConstant(w, options.weightDecay)) : clipped;
  const { next, moments } = RULES[options.name](w, gradient, options as never);
  const average = {
    ema: add(multiply(vector('ema'), number('emaDecay')), multiply(next, number('emaShare'))),
  };
  const companions = { ...moments, ...(ema !== undefined && average) };
  return {
    program: prefixed({ w: next, ...companions }),
    companions: Object.keys(companions),
    numbers: Object.keys(updateNumbers(options, ema, { step: 1, learningRate: 0, gradientScale: 1 })),
  };
}

interface Rule {
  readonly next: Value;
  readonly moments: Readonly<Record<string, Value>>;
}
type Options<Name extends OptimizerOptions['name']> = Extract<OptimizerOptions, { name: Name }>;

const RULES: {
  readonly [Name in OptimizerOptions['name']]: (w: Value, gradient: Value, options: Options<Name>) => Rule;
} = {
  adam,
  adamw(w, gradient, options) {
    const { next, moments } = adam(w, gradient, options);
    return { next: subtract(next, multiply(w, number('decay'))), moments };
  },
  sgd(w, gradient, { momentum }) {
    const moment1 = add(multiplyConstant(vector('moment1'), momentum), gradient);
    return { next: subtract(w, multiply(moment1, number('rate'))), moments: { moment1 } };
  },
  rmsprop(w, gradient, { eps }) {
    const moment2 = blend(vector('moment2'), multiply(gradient, gradient), RMSPROP_ALPHA);
    const step = multiply(gradient, power(add(power(moment2, 0.5), scalar(eps)), -1));
    return { next: subtract(w, multiply(step, number('rate'))), moments: { moment2 } };
  },
};

/** Kingma and Ba, https://arxiv.org/abs/1412.6980, with the corrections of the bias as PyTorch applies them. */
function adam(w: Value, gradient: Value, { betas, eps }: Options<'adam' | 'adamw'>): Rule {
  const moment1 = blend(vector('moment1'), gradient, betas[0]);
  const moment2 = blend(vector('moment2'), multiply(gradient, gradient), betas[1]);
  const spread = add(multiply(power(moment2, 0.5), number('spreadScale')), scalar(eps));
  const step = multiply(moment1, power(spread, -1));
  return { next: subtract(w, multiply(step, number('rate'))), moments: { moment1, moment2 } };
}

/**
 * The numbers that an update takes beside its vectors.
 *
 * @param step from 1
 */
export function updateNumbers(
  options: OptimizerOptions,
  ema: number | undefined,
  { step, learningRate, gradientScale }: { step: number; learningRate: number; gradientScale: number },
): Record<string, number> {
  return {
    gradientScale,
    ...rates(options, step, learningRate),
    ...(ema !== undefined && averaging(ema, step)),
  };
}

function rates(options: OptimizerOptions, step: number, learningRate: number): Record<string, number> {
  if (options.name === 'sgd' || options.name === 'rmsprop') return { rate: learningRate };
  const [beta1, beta2] = options.betas;
  return {
    rate: learningRate / (1 - beta1 ** step),
    spreadScale: 1 / Math.sqrt(1 - beta2 ** step),
    ...(options.name === 'adamw' && { decay: learningRate * options.weightDecay }),
  };
}

/** Shorter at first, so that the average does not hold on to the random start (TensorFlow's rule for few steps). */
function averaging(ema: number, step: number): Record<string, number> {
  const emaDecay = Math.min(ema, (1 + step) / (10 + step));
  return { emaDecay, emaShare: 1 - emaDecay };
}

/** The sum of squares of a gradient. */
export function squareProgram(): Program {
  const dw = vector('dw');
  return { squares: reduceSum(multiply(dw, dw), [0]) };
}

/** `share` of the old and the rest of the new. */
function blend(old: Value, fresh: Value, share: number): Value {
  return add(multiplyConstant(old, share), multiplyConstant(fresh, 1 - share));
}

function prefixed(values: Readonly<Record<string, Value>>): Program {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`next${name}`, value]));
}
