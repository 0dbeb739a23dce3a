import { expect, test } from 'vitest';

test('browser tests run cross-origin isolated', () => {
  expect(crossOriginIsolated).toBe(true);
  expect(new SharedArrayBuffer(8).byteLength).toBe(8);
});

test('model and pdf.js files are served', async () => {
  const config = await fetch('/models/multilingual-e5-small/config.json');
  expect(config.headers.get('content-type')).toContain('json');
  const cmap = await fetch('/pdfjs/cmaps/UniGB-UCS2-H.bcmap');
  expect(cmap.status).toBe(200);
  expect((await cmap.arrayBuffer()).byteLength).toBeGreaterThan(1000);
});
