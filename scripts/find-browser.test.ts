import { expect, test } from 'vitest';
import { findBrowser, searchSources } from './find-browser.ts';

test('a file that does not start a browser is passed over', async () => {
  const { executablePath } = await findBrowser();
  const found = await searchSources([
    { name: 'not a browser', isInstall: false, find: () => [process.execPath, '/nowhere/chromium'] },
    { name: 'broken', isInstall: false, find: () => Promise.reject(new Error('no network')) },
    { name: 'real', isInstall: false, find: () => [executablePath] },
  ]);
  expect(found.executablePath).toBe(executablePath);
}, 120_000);

test('without any browser the error says what was tried', async () => {
  const search = searchSources([{ name: 'broken', isInstall: false, find: () => ['/nowhere/chromium'] }]);
  await expect(search).rejects.toThrow(/CHROMIUM_PATH[^]*broken: \/nowhere\/chromium/);
});
