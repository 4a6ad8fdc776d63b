/** The page that enlarges pictures. What happens goes into the store, and from there to everything that is seen. */
import { byId } from '../shared/dom.ts';
import { messageOf } from '../shared/message-of.ts';
import { keepForLater, startOffline } from '../shared/offline.ts';
import { Store } from '../shared/store.ts';
import { announce } from './announcer.ts';
import { Comparison } from './comparison.ts';
import { Engine } from './engine.ts';
import { onChosen, sortFiles, takeFiles } from './files.ts';
import { guardLeaving } from './leaving.ts';
import { measure } from './measure.ts';
import { MeasurePanel } from './measure-panel.ts';
import { isLossyFile, type Offer, ownModel, readOffer, settingsFor, smallWeights } from './models.ts';
import { showNotices } from './notices.ts';
import { PictureList } from './picture-list.ts';
import { Queue } from './queue.ts';
import { ResultStrip } from './result-strip.ts';
import { runtimeFiles } from './runtime-files.ts';
import { SettingsPanel } from './settings-panel.ts';
import { type Choice, dismiss, INITIAL_STATE, notify } from './state.ts';

const DEFAULTS: Omit<Choice, 'scale' | 'model'> = { device: 'auto', tile: 'auto', ensemble: false };

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
guardLeaving(store);

const files = byId('files', HTMLInputElement);
onChosen(byId('choose', HTMLButtonElement), files, take);
byId('add', HTMLButtonElement).addEventListener('click', () => files.click());
onChosen(byId('own-weights', HTMLButtonElement), byId('weights-file', HTMLInputElement), take);
takeFiles(take);
const started = start();

async function start(): Promise<void> {
  const keeping = startOffline();
  keeping.then((keepsFiles) => store.update({ keepsFiles }));
  try {
    const offer = await readOffer();
    byId('trainings', HTMLElement).hidden = !offer.trainings;
    const opened = choose({ ...DEFAULTS, scale: offer.models[0]!.scale, model: undefined }, offer.models);
    opened.then(async () => {
      if (await keeping) keepForLater(await neededLater(offer));
    });
  } catch (error) {
    notify(store, messageOf(error));
  }
}

/** Also what the page has already: it may have come before the service worker, which kept nothing of it. */
async function neededLater({ address, models }: Offer): Promise<string[]> {
  return [address, ...(await runtimeFiles()), ...smallWeights(models)];
}

/**
 * Opens the network at once, so that it is ready for the first picture. Models and choice change together: there is
 * always one of the scale that is chosen.
 */
async function choose(choice: Choice, models = store.state.models): Promise<void> {
  store.update({ models, choice });
  const { model, device } = settingsFor(false, choice, models);
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
  await modelsFor([...weights, ...pictures]);
  for (const file of weights) await addWeights(file);
  await addPictures(pictures);
}

/** Waits for the list of models, and says what waits for it. */
async function modelsFor(files: readonly File[]): Promise<void> {
  if (store.state.choice || files.length === 0) return started;
  const notice = notify(store, `${namesOf(files)}: waiting for the list of models…`);
  await started;
  dismiss(store, notice);
}

async function addPictures(files: readonly File[]): Promise<void> {
  if (files.length === 0) return;
  const pictures = await Promise.all(files.map(async (file) => ({ file, lossy: await isLossyFile(file) })));
  const { choice, models } = store.state;
  if (!choice) {
    notify(
      store,
      `${namesOf(files)}: there is no model to enlarge with. Load the page again, or use your own weights.`,
    );
    return;
  }
  queue.add(
    pictures.map((picture) => ({ ...picture, settings: settingsFor(picture.lossy, choice, models) })),
  );
}

/** Weights are opened first: only they tell which network they are of. */
async function addWeights(file: File): Promise<void> {
  const { device } = store.state.choice ?? DEFAULTS;
  try {
    const facts = await engine.open({ weights: file, device });
    const model = ownModel(file, facts);
    // What else was chosen meanwhile stays.
    const { models, choice = DEFAULTS } = store.state;
    const others = models.filter(({ name }) => name !== model.name);
    choose({ ...choice, scale: model.scale, model }, [...others, model]);
  } catch (error) {
    notify(store, messageOf(error));
    if (store.state.choice) choose(store.state.choice);
  }
}

const namesOf = (files: readonly File[]) => files.map(({ name }) => name).join(', ');
