/** Which model enlarges, how, and on what it runs. */
import type { DeviceChoice } from 'sisr/web';
import { byId, onChoice } from '../shared/dom.ts';
import { scalesOf } from './models.ts';
import type { Model, PageStore, Settings, State } from './state.ts';
import { deviceText, modelText, networkText } from './text.ts';

export class SettingsPanel {
  private readonly store: PageStore;
  /** Is told of settings that were changed. */
  private readonly chosen: (settings: Settings) => void;
  private readonly scales = byId('scales', HTMLFieldSetElement);
  private readonly model = byId('model', HTMLSelectElement);
  private readonly device = byId('device', HTMLSelectElement);
  private readonly tile = byId('tile', HTMLSelectElement);
  private readonly ensemble = byId('ensemble', HTMLInputElement);
  private readonly runs = byId('runs', HTMLElement);
  private listed: readonly Model[] = [];

  constructor(store: PageStore, chosen: (settings: Settings) => void) {
    this.store = store;
    this.chosen = chosen;
    onChoice(this.scales, (scale) => this.chooseScale(Number(scale)));
    for (const control of [this.model, this.device, this.tile, this.ensemble])
      control.addEventListener('change', () => this.choose());
    byId('reload', HTMLButtonElement).addEventListener('click', () => location.reload());
    store.subscribe((state) => this.render(state));
  }

  /** The model in the list, and the rest as the controls say. */
  private choose(model = this.store.state.models.find(({ name }) => name === this.model.value)): void {
    if (!model) return;
    this.chosen({
      model,
      device: this.device.value as DeviceChoice,
      tile: this.tile.value === 'auto' ? 'auto' : Number(this.tile.value),
      ensemble: this.ensemble.checked,
    });
  }

  private chooseScale(scale: number): void {
    this.choose(this.store.state.models.find((model) => model.scale === scale));
  }

  private render({ models, settings, network }: State): void {
    if (models !== this.listed) this.list(models);
    if (settings) this.show(settings);
    byId('summary', HTMLElement).textContent = summaryOf(settings, network);
    this.runs.textContent = runsText(network, settings?.device ?? 'auto');
    this.runs.classList.toggle('error', network.kind === 'failed');
    const single = network.kind === 'open' && network.facts.threads === 1 && network.facts.device === 'cpu';
    byId('reload', HTMLElement).hidden = !single || !canIsolate();
  }

  private list(models: readonly Model[]): void {
    this.listed = models;
    this.model.replaceChildren(...models.map((model) => new Option(model.name)));
    const labels = scalesOf(models).map((scale) => {
      const input = Object.assign(document.createElement('input'), { type: 'radio', name: 'scale' });
      input.value = String(scale);
      const label = document.createElement('label');
      label.append(input, `×${scale}`);
      return label;
    });
    this.scales.replaceChildren(this.scales.firstElementChild!, ...labels);
  }

  private show({ model, device, tile, ensemble }: Settings): void {
    for (const input of this.scales.querySelectorAll('input'))
      input.checked = input.value === String(model.scale);
    for (const [i, option] of [...this.model.options].entries())
      option.hidden = option.disabled = this.listed[i]?.scale !== model.scale;
    this.model.value = model.name;
    this.device.value = device;
    this.tile.value = String(tile);
    this.ensemble.checked = ensemble;
  }
}

/** What is known of the model; of the visitor's own weights what they turned out to be. */
function summaryOf(settings: Settings | undefined, network: State['network']): string {
  if (!settings) return '';
  const own = settings.model.weights instanceof File;
  return own && network.kind === 'open' ? networkText(network.facts) : modelText(settings.model);
}

function runsText(network: State['network'], chosen: DeviceChoice): string {
  if (network.kind === 'open') return deviceText(network.facts, chosen);
  if (network.kind === 'failed') return network.message;
  return network.kind === 'opening' ? 'Loading the network…' : '';
}

/** Once the service worker serves the page, it also isolates it (see `service-worker.ts`), where the browser lets it. */
function canIsolate(): boolean {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  const tried = navigation?.type === 'reload';
  return !crossOriginIsolated && Boolean(navigator.serviceWorker?.controller) && !tried;
}
