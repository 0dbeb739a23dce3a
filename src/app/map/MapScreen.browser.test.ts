import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { LocatedText } from '../../core/explore/explore-service.ts';
import { mountApp, type MountedApp } from '../fixtures/mounted-app.ts';
import { documentRecord, libraryOf, ScriptedService, ScriptedWriter } from '../fixtures/scripted-service.ts';

let service: ScriptedService;
let mounted: MountedApp;

const NAMES = ['bees.txt', 'tea.txt'];
const textOf = (chunkId: number): LocatedText => ({
  chunkId,
  documentId: `id-of-${NAMES[chunkId % 2]}`,
  documentName: NAMES[chunkId % 2] ?? '',
  start: 0,
  end: 4,
  text: `text of ${chunkId}`,
  headings: [],
});

beforeEach(async () => {
  await page.viewport(1100, 700);
  service = new ScriptedService();
  service.current = libraryOf(NAMES.map((name) => documentRecord(name)));
  for (let id = 0; id < 4; id++) service.chunkTexts.set(id, textOf(id));
  mounted = await mountApp({ retrieval: service, generation: new ScriptedWriter() });
  await page.getByRole('button', { name: 'Map', exact: true }).first().click();
  service.mapEvents.push(
    { type: 'progress', step: 'grouping', fraction: 0.5 },
    {
      type: 'map',
      map: {
        chunkIds: Uint32Array.of(0, 1, 2, 3),
        points: Float32Array.of(-1, 0, 1, 0, -1, 1, 1, 1),
        documentOf: Uint32Array.of(0, 1, 0, 1),
        topicOf: Uint8Array.of(0, 1, 0, 1),
        documents: NAMES.map((name) => ({ id: `id-of-${name}`, name, chunks: 2 })),
        topics: ['honey', 'leaves'].map((word, i) => ({
          words: [word],
          chunks: 2,
          middle: { x: i * 2 - 1, y: 0.5 },
        })),
        chosenFor: 4,
      },
    },
  );
  service.mapEvents.end();
});
afterEach(() => mounted.close());

it('chooses a topic, lists its passages, and has questions asked of them alone', async () => {
  await page.getByRole('button', { name: 'Choose honey: 2 passages' }).click();
  await expect.element(page.getByTestId('map-chosen')).toHaveTextContent('text of 0');
  await page.getByRole('button', { name: 'Ask only these' }).click();
  await expect.element(page.getByTestId('scope')).toHaveTextContent('Only 2 passages: honey');
  expect(mounted.app.ask.scope?.within).toEqual([
    [0, 1],
    [2, 3],
  ]);
  await page.getByRole('button', { name: 'Ask all documents again' }).click();
  expect(mounted.app.ask.scope).toBeUndefined();
});

it('is walked by arrow keys, tells each point, and opens it by Enter', async () => {
  const canvas = page.getByTestId('map-canvas');
  await expect.element(canvas).toBeVisible();
  canvas.element().dispatchEvent(new FocusEvent('focus'));
  (canvas.element() as HTMLElement).focus();
  await userEvent.keyboard('{ArrowRight}');
  await vi.waitFor(() => expect(mounted.app.announcer.message).toMatch(/text of \d/));
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(service.calls.some((call) => call.startsWith('source id-of-'))).toBe(true));
});

it('chooses points one by one, and all in sight, by keyboard alone', async () => {
  const canvas = page.getByTestId('map-canvas');
  await expect.element(page.getByRole('button', { name: 'honey', exact: true })).toBeVisible();
  (canvas.element() as HTMLElement).focus();
  await userEvent.keyboard('{ArrowRight} {ArrowLeft} ');
  await expect.element(page.getByRole('heading', { name: 'What you chose' })).toBeVisible();
  expect(mounted.app.announcer.message).toContain('2 passages chosen');
  await userEvent.keyboard(' ');
  await vi.waitFor(() => expect(mounted.app.announcer.message).toContain('1 passage chosen'));
  await userEvent.keyboard('a');
  await vi.waitFor(() => expect(mounted.app.announcer.message).toContain('4 passages chosen'));
  expect(document.activeElement).toBe(canvas.element());
});

it('chooses what a line is drawn round', async () => {
  const canvas = page.getByTestId('map-canvas');
  // Labels are placed once it is measured.
  await expect.element(page.getByRole('button', { name: 'honey', exact: true })).toBeVisible();
  const { left, top, width, height } = canvas.element().getBoundingClientRect();
  const target = canvas.element().querySelector('canvas:last-of-type');
  const send = (type: string, x: number, y: number) =>
    target?.dispatchEvent(
      new PointerEvent(type, {
        bubbles: true,
        pointerId: 1,
        pointerType: 'mouse',
        shiftKey: true,
        clientX: left + x * width,
        clientY: top + y * height,
      }),
    );
  // A synthetic pointer can't be captured.
  vi.spyOn(Element.prototype, 'setPointerCapture').mockImplementation(() => {});
  send('pointerdown', 0.5, 0.01);
  for (const [x, y] of [
    [0.01, 0.01],
    [0.01, 0.99],
    [0.5, 0.99],
  ] as const)
    send('pointermove', x, y);
  send('pointerup', 0.5, 0.99);
  await expect.element(page.getByTestId('map-chosen')).toHaveTextContent('text of 2');
  await expect.element(page.getByText('What you chose')).toBeVisible();
});

it('compares words by the embedder of the documents', async () => {
  await page.getByRole('button', { name: 'Words', exact: true }).click();
  await vi.waitFor(() =>
    expect(service.calls).toContain('compare cat | dog | rabbit | flower | 猫 | 狗 | 兔 | 花'),
  );
  await expect.element(page.getByRole('table')).toHaveTextContent('0.50');
  // Once: the result is no reason to compare again.
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(service.calls.filter((call) => call.startsWith('compare cat'))).toHaveLength(1);
  await page.getByLabelText('One text').fill('a');
  await page.getByLabelText('Another text').fill('b');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect.element(page.getByTestId('two-texts')).toHaveTextContent('0.50');
});
