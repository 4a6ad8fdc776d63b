/** With what the selected run was started: its commands, every option, and the machine. */
import { byId } from '../shared/dom.ts';
import type { RunDescription } from './api.ts';
import { element } from './elements.ts';
import type { TrainingStore } from './state.ts';
import { bytesText, dateText } from './text.ts';

export function showOptions(store: TrainingStore): void {
  let shown: RunDescription | undefined;
  store.subscribe(({ selected = '', descriptions }) => {
    const description = descriptions.get(selected);
    if (description === shown) return;
    if (!description) {
      // Another run's would stand below the name of this one.
      shown = undefined;
      for (const id of ['commands', 'options']) byId(id, HTMLElement).replaceChildren();
      return;
    }
    // What is marked with the mouse would be lost.
    if (JSON.stringify(startOf(description)) === JSON.stringify(shown && startOf(shown))) return;
    shown = description;
    const { options, commands, starts } = description;
    const dates = starts.map(({ started }) => String(started));
    byId('commands', HTMLElement).replaceChildren(
      ...commands.map((command, i) => commandItem(command, dates[i])),
    );
    const machine: Group = ['machine of the last start', machineRows(starts.at(-1) ?? {})];
    byId('options', HTMLElement).replaceChildren(...[...groupsOf(options), machine].map(groupTable));
  });
}

function startOf({ options, commands, starts }: RunDescription): unknown[] {
  return [options, commands, starts];
}

const COPY = 'Copy command';

/** How long a button says what came of it. */
const SAID_MS = 3000;

function commandItem(command: string, started: string | undefined): HTMLElement {
  const copy = element('button', 'copy', COPY);
  copy.type = 'button';
  // Pages that came over the network without encryption have no clipboard.
  copy.hidden = !isSecureContext;
  copy.addEventListener('click', () => copyText(copy, command));
  return element(
    'li',
    '',
    element('p', 'hint', `Started ${dateText(started)}`),
    element('pre', '', element('code', '', ...wordsOf(command))),
    copy,
  );
}

async function copyText(button: HTMLButtonElement, text: string): Promise<void> {
  // Browsers may refuse, as where the visitor said that they should.
  const said = await navigator.clipboard.writeText(text).then(
    () => 'Copied',
    () => 'Could not be copied',
  );
  button.textContent = said;
  byId('announcements', HTMLElement).textContent = said;
  setTimeout(() => {
    button.textContent = COPY;
  }, SAID_MS);
}

/** Lines break between words, but not after hyphens. */
function wordsOf(command: string): (string | Node)[] {
  return command.split(/( +)/).map((word) => (word.trim() === '' ? word : element('span', 'word', word)));
}

type Row = readonly [name: string, text: string];
type Group = readonly [title: string, rows: readonly Row[]];

/** The options by what they belong to. What was given stands in the command. */
function groupsOf({ given, ...options }: Readonly<Record<string, unknown>>): Group[] {
  const entries = Object.entries(options);
  const single = entries
    .filter(([, value]) => !isGroup(value))
    .map(([name, value]): Row => [name, textOf(value)]);
  const groups = entries.flatMap(([name, value]): Group[] => (isGroup(value) ? [[name, rowsOf(value)]] : []));
  return [['training', single], ...groups];
}

function rowsOf(group: object, prefix = ''): Row[] {
  return Object.entries(group).flatMap(([name, value]) =>
    isGroup(value) ? rowsOf(value, `${prefix}${name}.`) : [[`${prefix}${name}`, textOf(value)] as const],
  );
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (!isGroup(value)) return String(value);
  return rowsOf(value)
    .map(([name, text]) => `${name} ${text}`)
    .join(' ');
}

function machineRows({ memory, started, ...start }: Readonly<Record<string, unknown>>): Row[] {
  return [...rowsOf(start), ['memory', bytesText(typeof memory === 'number' ? memory : undefined)]];
}

function groupTable([title, rows]: Group): HTMLElement {
  const body = element('tbody', '');
  for (const [name, text] of rows) {
    const head = element('th', '', name);
    head.scope = 'row';
    body.append(element('tr', '', head, element('td', '', text)));
  }
  return element('table', 'options', element('caption', '', title), body);
}
