/** The page that enlarges pictures. What happens goes into the store, and from there to everything that is seen. */
import { byId } from '../shared/dom.ts';
import { messageOf } from '../shared/message-of.ts';
import { keepForLater, startOffline } from '../shared/offline.ts';
import { Store } from '../shared/store.ts';
import { announce } from './announcer.ts';
import { Comparison } from './comparison.ts';
import { Engine } from './engine.ts';
import { onChosen, sortFiles, takeFiles } from './files.ts';
import { measure } from './measure.ts';
import { MeasurePanel } from './measure-panel.ts';
import { isLossyFile, ownModel, readOffer, settingsFor, smallWeights } from './models.ts';
import { showNotices } from './notices.ts';
import { PictureList } from './picture-list.ts';
import { Queue } from './queue.ts';
import { ResultStrip } from './result-strip.ts';
import { SettingsPanel } from './settings-panel.ts';
import { type Choice, INITIAL_STATE, notify } from './state.ts';

const store = new Store(INITIAL_STATE);
const engine = new Engine((network) => store.update({ network }));
const queue = new Queue(store, engine, (id) => measure(store, id));

new Comparison(store);
new ResultStrip(store, queue);
new PictureList(store, queue);
new MeasurePanel(store);
new SettingsPanel(store, choose);
announce(store);
showNotices(store);

const files = byId('files', HTMLInputElement);
onChosen(byId('choose', HTMLButtonElement), files, take);
byId('add', HTMLButtonElement).addEventListener('click', () => files.click());
onChosen(byId('own-weights', HTMLButtonElement), byId('weights-file', HTMLInputElement), take);
takeFiles(take);
const started = start();

/** Before the service worker is there, what is loaded would not be there offline. */
async function start(): Promise<void> {
  await startOffline();
  try {
    const { models, trainings } = await readOffer();
    byId('trainings', HTMLElement).hidden = !trainings;
    store.update({ models });
    const { scale } = models[0]!;
    const opened = choose({ scale, model: undefined, device: 'auto', tile: 'auto', ensemble: false });
    opened.then(() => keepForLater(smallWeights(models)));
  } catch (error) {
    notify(store, messageOf(error));
  }
}

/** Opens the network at once, so that it is ready for the first picture. */
async function choose(choice: Choice): Promise<void> {
  store.update({ choice });
  const { model, device } = settingsFor(false, choice, store.state.models);
  // A failure is shown as the state of the network.
  await engine.open({ weights: model.weights, device }).catch(() => {});
}

/** Weights come before the pictures that are dropped with them. */
async function take(given: Iterable<File>): Promise<void> {
  const { pictures, weights, others } = sortFiles(given);
  for (const { name, type } of others)
    notify(
      store,
      `${name}: expected a picture or weights (.safetensors, .onnx, .pt), found ${type || 'another type'}`,
    );
  await started;
  for (const file of weights) await addWeights(file);
  await addPictures(pictures);
}

async function addPictures(files: readonly File[]): Promise<void> {
  const pictures = await Promise.all(files.map(async (file) => ({ file, lossy: await isLossyFile(file) })));
  const { choice, models } = store.state;
  if (choice)
    queue.add(
      pictures.map((picture) => ({ ...picture, settings: settingsFor(picture.lossy, choice, models) })),
    );
}

/** Weights are opened first: only they tell which network they are of. */
async function addWeights(file: File): Promise<void> {
  const { choice } = store.state;
  if (!choice) return;
  try {
    const facts = await engine.open({ weights: file, device: choice.device });
    const model = ownModel(file, facts);
    const others = store.state.models.filter(({ name }) => name !== model.name);
    store.update({ models: [...others, model] });
    // What else was chosen meanwhile stays.
    choose({ ...store.state.choice!, scale: model.scale, model });
  } catch (error) {
    notify(store, messageOf(error));
    choose(store.state.choice!);
  }
}
