import './probe.css';
import { isolatePage, registerServiceWorker } from '../app/service-worker.ts';
import { connectServices } from '../app/services.ts';
import { DEFAULT_PREFERENCES } from '../app/state/preferences.ts';
import { CHAT_MODELS } from '../core/7-answer/models.ts';
import { chatEngines, type ChatEngineLine } from '../core/7-answer/registry.ts';
import type { GenerationSettings } from '../core/service.ts';
import { deviceLines } from './device.ts';
import { answerLine, errorLine, loadLine, stopLine } from './figures.ts';
import { measureAnswer, measureLoad, measureStop } from './measure.ts';
import { QUESTIONS, STOPPED } from './questions.ts';

/** A developers' page: each chat engine for real, by the app's own services, on whatever device opens it. */

const element = <Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind => {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`probe.html has no such #${id}`);
  return found;
};
const form = element('form', HTMLFormElement);
const engine = element('engine', HTMLSelectElement);
const fields = element('settings', HTMLDivElement);
const models = element('models', HTMLDataListElement);
const list = element('list', HTMLButtonElement);
const run = element('run', HTMLButtonElement);
const stop = element('stop', HTMLButtonElement);
const copy = element('copy', HTMLButtonElement);
const status = element('status', HTMLParagraphElement);
const answers = element('answers', HTMLOListElement);
const figures = element('figures', HTMLPreElement);

const retrieval = DEFAULT_PREFERENCES.retrieval;
const { generation, allowHosts } = connectServices(() => retrieval);
let settings: GenerationSettings = DEFAULT_PREFERENCES.generation;
let work: AbortController | undefined;

/** Settings that a load goes by, in the order in which they are shown. */
const settingsOf = ({ model, textsTo, filesFrom = [], own, others = [] }: ChatEngineLine) =>
  [model, textsTo, ...filesFrom, ...(own?.filesFrom ?? []), ...others].filter((name) => name !== undefined);

function showSettings(): void {
  const line = chatEngines.get(engine.value);
  settings = { ...settings, engine: line.id };
  showModels(CHAT_MODELS.filter((model) => model.engine === line.id).map(({ id }) => id));
  fields.replaceChildren(
    ...settingsOf(line).map((name) => {
      const label = Object.assign(document.createElement('label'), { htmlFor: name, textContent: name });
      const input = Object.assign(document.createElement('input'), { id: name, value: settings[name] });
      input.type = name.endsWith('Key') ? 'password' : 'text';
      if (name === line.model) input.setAttribute('list', models.id);
      input.addEventListener('change', () => (settings = { ...settings, [name]: input.value.trim() }));
      const row = document.createElement('p');
      row.append(label, ' ', input);
      return row;
    }),
  );
  list.disabled = line.listModels === undefined;
}

const showModels = (ids: readonly string[]): void =>
  models.replaceChildren(...ids.map((value) => Object.assign(document.createElement('option'), { value })));

function addAnswer(question: string): (text: string) => void {
  const item = document.createElement('li');
  const text = document.createElement('p');
  item.append(question, text);
  answers.append(item);
  return (part) => text.append(part);
}

/** One thing at a time; `Stop` ends it. */
async function perform(job: (signal: AbortSignal) => Promise<string>): Promise<void> {
  work = new AbortController();
  for (const control of [list, run, engine]) control.disabled = true;
  stop.disabled = false;
  try {
    await allowHosts(retrieval, settings);
    status.textContent = await job(work.signal);
  } catch (error) {
    status.textContent = errorLine('stopped', error);
  } finally {
    stop.disabled = true;
    run.disabled = engine.disabled = false;
    list.disabled = chatEngines.get(engine.value).listModels === undefined;
  }
}

async function listModels(signal: AbortSignal): Promise<string> {
  const names = await generation.models(settings, signal);
  showModels(names);
  return `Models: ${names.join(', ')}`;
}

async function runAll(signal: AbortSignal): Promise<string> {
  answers.replaceChildren();
  figures.textContent = '';
  copy.disabled = false;
  const note = (line: string): void => figures.append(`${line}\n`);
  /** What a step meets is a figure too. @returns whether it went well. */
  const step = async (name: string, work: () => Promise<string>): Promise<boolean> => {
    status.textContent = `${name} …`;
    try {
      note(await work());
      return true;
    } catch (error) {
      if (signal.aborted) throw error;
      note(errorLine(name, error));
      return false;
    }
  };

  const line = chatEngines.get(settings.engine);
  note(`engine: ${line.label}, model: ${line.model ? settings[line.model] : "the browser's own"}`);
  for (const fact of await deviceLines()) note(fact);
  const onBytes = (loadedBytes: number, totalBytes: number): void => {
    status.textContent = `load: ${(loadedBytes / 1e6).toFixed(1)} of ${(totalBytes / 1e6).toFixed(1)} MB`;
  };
  const isLoaded = await step('load', async () =>
    loadLine(await measureLoad(generation, settings, onBytes, signal)),
  );
  if (!isLoaded) return 'The engine could not be loaded.';
  for (const [i, request] of QUESTIONS.entries()) {
    const name = `question ${i + 1} (${request.language})`;
    const onText = addAnswer(request.question);
    await step(name, async () =>
      answerLine(name, await measureAnswer(generation, settings, request, onText, signal)),
    );
  }
  for (const during of ['reading', 'writing'] as const) {
    await step(`stop while ${during}`, async () =>
      stopLine(during, await measureStop(generation, settings, STOPPED[during], during, signal)),
    );
  }
  return 'Done.';
}

engine.append(...chatEngines.lines.map(({ id, label }) => new Option(label, id)));
engine.addEventListener('change', showSettings);
list.addEventListener('click', () => void perform(listModels));
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void perform(runAll);
});
stop.addEventListener('click', () => work?.abort());
copy.addEventListener('click', () => {
  void navigator.clipboard.writeText(figures.textContent).then(() => (status.textContent = 'Copied.'));
});
showSettings();

// Before that workers get neither threads nor leave to contact a host.
await isolatePage();
await registerServiceWorker();
run.disabled = false;
