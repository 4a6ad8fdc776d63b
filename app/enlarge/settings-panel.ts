/** Which model enlarges, how, and on what it runs. */
import type { DeviceChoice } from 'sisr/web';
import { byId, onChoice } from '../shared/dom.ts';
import { scalesOf, settingsFor } from './models.ts';
import type { Choice, Model, PageStore, State } from './state.ts';
import { choiceText, deviceText } from './text.ts';

/** Value of the entry that leaves the choice of the model to the picture. */
const AUTOMATIC = '';

export class SettingsPanel {
  private readonly store: PageStore;
  /** Is told of what was chosen. */
  private readonly chosen: (choice: Choice) => void;
  private readonly scales = byId('scales', HTMLFieldSetElement);
  private readonly model = byId('model', HTMLSelectElement);
  private readonly device = byId('device', HTMLSelectElement);
  private readonly tile = byId('tile', HTMLSelectElement);
  private readonly ensemble = byId('ensemble', HTMLInputElement);
  private readonly runs = byId('runs', HTMLElement);
  private listed: readonly Model[] = [];

  constructor(store: PageStore, chosen: (choice: Choice) => void) {
    this.store = store;
    this.chosen = chosen;
    onChoice(this.scales, (scale) => this.chooseScale(Number(scale)));
    for (const control of [this.model, this.device, this.tile, this.ensemble])
      control.addEventListener('change', () => this.choose());
    byId('reload', HTMLButtonElement).addEventListener('click', () => location.reload());
    store.subscribe((state) => this.render(state));
  }

  /** Everything as the controls say. */
  private choose(): void {
    const { choice, models } = this.store.state;
    if (!choice) return;
    this.chosen({
      scale: choice.scale,
      model: models.find(({ name }) => name === this.model.value),
      device: this.device.value as DeviceChoice,
      tile: this.tile.value === 'auto' ? 'auto' : Number(this.tile.value),
      ensemble: this.ensemble.checked,
    });
  }

  private chooseScale(scale: number): void {
    const { choice } = this.store.state;
    if (choice) this.chosen({ ...choice, scale, model: undefined });
  }

  private render({ models, choice, network, keepsFiles, pictures }: State): void {
    if (models !== this.listed) this.list(models);
    if (choice) this.show(choice);
    byId('summary', HTMLElement).textContent = choice ? summaryOf(choice, models) : '';
    this.runs.textContent = runsText(network, choice?.device ?? 'auto');
    this.runs.classList.toggle('error', network.kind === 'failed');
    const single = network.kind === 'open' && network.facts.threads === 1 && network.facts.device === 'cpu';
    // Pictures would be lost.
    const useful = single && keepsFiles && canIsolate();
    byId('reload', HTMLElement).hidden = !useful || pictures.length > 0;
  }

  private list(models: readonly Model[]): void {
    this.listed = models;
    this.model.replaceChildren(
      new Option('What suits the picture', AUTOMATIC),
      ...models.map((model) => new Option(model.name)),
    );
    const labels = scalesOf(models).map((scale) => {
      const input = Object.assign(document.createElement('input'), { type: 'radio', name: 'scale' });
      input.value = String(scale);
      const label = document.createElement('label');
      label.append(input, `×${scale}`);
      return label;
    });
    this.scales.replaceChildren(this.scales.firstElementChild!, ...labels);
  }

  private show({ scale, model, device, tile, ensemble }: Choice): void {
    for (const input of this.scales.querySelectorAll('input')) input.checked = input.value === String(scale);
    for (const option of this.model.options) {
      const listed = this.listed.find(({ name }) => name === option.value);
      option.hidden = option.disabled = listed !== undefined && listed.scale !== scale;
    }
    this.model.value = model?.name ?? AUTOMATIC;
    this.device.value = device;
    this.tile.value = String(tile);
    this.ensemble.checked = ensemble;
  }
}

function summaryOf(choice: Choice, models: readonly Model[]): string {
  const [clean, photo] = [false, true].map((lossy) => settingsFor(lossy, choice, models).model);
  return clean === photo ? clean!.description : choiceText(clean!, photo!);
}

function runsText(network: State['network'], chosen: DeviceChoice): string {
  if (network.kind === 'open') return deviceText(network.facts, chosen);
  if (network.kind === 'failed') return network.message;
  return network.kind === 'opening' ? 'Loading the network…' : '';
}

/** A service worker that serves the page also isolates it (see `service-worker.ts`), where the browser lets it. */
function canIsolate(): boolean {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  const tried = navigation?.type === 'reload';
  return !crossOriginIsolated && !tried;
}
