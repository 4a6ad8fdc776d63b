/** PSNR and SSIM of the selected picture. */
import { PROTOCOLS } from 'sisr';
import { byId, within } from '../shared/dom.ts';
import { onChosen, onDrop } from './files.ts';
import { setReference } from './measure.ts';
import { type Measurement, type PageStore, type Picture, type State, selectedPicture } from './state.ts';
import { psnrText } from './text.ts';

export class MeasurePanel {
  private readonly zone = byId('measure', HTMLElement);
  private readonly table = within(this.zone, 'table', HTMLTableElement);
  private readonly text = byId('measure-text', HTMLElement);
  private readonly protocol = byId('protocol', HTMLElement);
  private readonly button = byId('measure-choose', HTMLButtonElement);

  constructor(store: PageStore) {
    const take = ([file]: Iterable<File>) => {
      const picture = selectedPicture(store.state);
      if (file && picture) setReference(store, picture.id, file);
    };
    onDrop(this.zone, take);
    onChosen(this.button, byId('measure-file', HTMLInputElement), take);
    const [protocol] = PROTOCOLS;
    this.protocol.textContent = `Protocol ${protocol?.name}: ${protocol?.description}`;
    store.subscribe((state) => this.render(state));
  }

  private render(state: State): void {
    const picture = selectedPicture(state);
    this.zone.hidden = !picture?.looks;
    this.text.textContent = picture ? textOf(picture) : '';
    this.text.classList.toggle('error', picture?.measurement?.kind === 'failed');
    const { measurement } = picture ?? {};
    this.table.hidden = this.protocol.hidden = measurement?.kind !== 'measured';
    if (measurement?.kind === 'measured') this.fill(measurement);
  }

  private fill({ enlarged, bicubic }: Extract<Measurement, { kind: 'measured' }>): void {
    for (const [name, { psnr, ssim }] of Object.entries({ enlarged, bicubic })) {
      const row = within(this.table, `.${name}`, HTMLTableRowElement);
      within(row, '.psnr', HTMLElement).textContent = psnrText(psnr);
      within(row, '.ssim', HTMLElement).textContent = ssim.toFixed(4);
    }
  }
}

function textOf({ reference, measurement, status }: Picture): string {
  if (!reference) return 'Drop the large original here that this picture was made from.';
  if (measurement?.kind === 'failed') return measurement.message;
  if (measurement?.kind === 'measured') return `Against ${reference.name}:`;
  return status.kind === 'done'
    ? `Comparing with ${reference.name}…`
    : `${reference.name} waits for the result.`;
}
