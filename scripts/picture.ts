import { chromium } from 'playwright';
import { addFiles, ask, openCitation } from '../e2e/app-actions.ts';
import { CHINESE, CSV, DOCX, HTML, MARKDOWN, PDF } from '../e2e/sample-files.ts';
import { ensureBuilt } from './ensure-built.ts';
import { findBrowser } from './find-browser.ts';
import { startServer } from './serve.ts';

/** Makes the README's picture from the running app: `npm run picture`. */
await ensureBuilt();
const [server, found] = await Promise.all([startServer(), findBrowser()]);
const browser = await chromium.launch(found);
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 760 }, locale: 'en-US' });
  await page.goto(server.url);
  await addFiles(page, [MARKDOWN, CHINESE, CSV, HTML, DOCX, PDF]);
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await ask(page, 'How large is the mirror of the great telescope?');
  await openCitation(page);
  // The page of the PDF is drawn after the quote is placed.
  await page.waitForTimeout(2000);
  await page.screenshot({ path: 'docs/satchel.png' });
} finally {
  await browser.close();
  await server.close();
}
