/** How far the selected run is. */
import { byId, showShare } from '../shared/dom.ts';
import type { RunEntry } from './api.ts';
import type { RunCurves } from './curves.ts';
import { element, fillWith, setText } from './elements.ts';
import { type State, selectedRun, type TrainingStore } from './state.ts';
import {
  bytesText,
  dateText,
  durationText,
  integerText,
  MISSING,
  percentText,
  psnrText,
  rateText,
  stateOf,
} from './text.ts';

/** What the command line takes 0 epochs for. */
const ENDLESS = 1e8;

export function showSummary(store: TrainingStore): void {
  const progress = byId('run-progress', HTMLProgressElement);
  store.subscribe((state) => {
    const run = selectedRun(state);
    if (!run) return;
    const badge = byId('run-state', HTMLElement);
    setText(byId('run-name', HTMLElement), run.name);
    setText(badge, stateOf(run));
    badge.dataset.state = stateOf(run);
    const failure = state.failures.get(run.name);
    byId('run-failure', HTMLElement).hidden = failure === undefined;
    setText(byId('run-failure', HTMLElement), failure ?? '');
    const length = lengthOf(run, state);
    progress.hidden = !Number.isFinite(length.steps);
    showShare(progress, Math.max(run.step / length.steps, Number.MIN_VALUE));
    showFacts(factsOf(run, length, state.curves.get(run.name)));
  });
}

/** Of the whole training; NaN where it is not known, or endless. */
interface Length {
  readonly steps: number;
  readonly epochs: number;
  readonly batch: number;
}

function lengthOf({ name }: RunEntry, { descriptions }: State): Length {
  const { options = {} } = descriptions.get(name) ?? {};
  const [epochs, stepsPerEpoch, batch] = [options.epochs, options.stepsPerEpoch, options.batch].map(
    (value) => (typeof value === 'number' && value < ENDLESS ? value : Number.NaN),
  ) as [number, number, number];
  return { steps: epochs * stepsPerEpoch, epochs, batch };
}

type Fact = readonly [title: string, text: string];

function factsOf(run: RunEntry, { steps, epochs, batch }: Length, curves: RunCurves | undefined): Fact[] {
  const { step, epoch, best, bicubic, lr, started } = run;
  const { picturesPerSecond = Number.NaN, waiting, memory } = curves?.latest ?? {};
  const left = run.running ? ((steps - step) * batch) / picturesPerSecond : Number.NaN;
  const gain = best && bicubic !== undefined ? best.psnr - bicubic : undefined;
  return [
    ['Step', ofAll(step, steps)],
    ['Epoch', epoch === undefined ? MISSING : ofAll(epoch, epochs)],
    ['Best PSNR', psnrText(best?.psnr)],
    ['Over bicubic', psnrText(gain)],
    ['Learning rate', rateText(lr)],
    [
      'Speed',
      Number.isFinite(picturesPerSecond) ? `${picturesPerSecond.toPrecision(3)} pictures/s` : MISSING,
    ],
    ['Waits for data', percentText(waiting)],
    ['Memory', bytesText(memory)],
    ['Trained for', curves ? durationText(curves.seconds) : MISSING],
    ...(Number.isFinite(left) ? [['Left', `about ${durationText(left)}`] as const] : []),
    ['Started', dateText(started)],
  ];
}

function ofAll(count: number, all: number): string {
  return Number.isFinite(all) ? `${integerText(count)} of ${integerText(all)}` : integerText(count);
}

function showFacts(facts: readonly Fact[]): void {
  fillWith(
    byId('run-facts', HTMLElement),
    facts,
    () => element('div', '', element('dt', ''), element('dd', '')),
    (pair, texts) => {
      for (const [i, text] of texts.entries()) setText(pair.children[i]!, text);
    },
  );
}
