import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { findBrowser } from './find-browser.ts';

/** Draws the icons in `public/` from `icon.svg`: `npx tsx scripts/make-icons.ts`, after each change of it. */

const publicFile = (name: string): string => fileURLToPath(new URL(`../public/${name}`, import.meta.url));

const PAPER = '#faf8f5';

/** `scale` is the drawing's share of the edge: a maskable icon may lose a fifth on every side. */
const ICONS = [
  { name: 'icon-192.png', edge: 192, scale: 0.92, background: 'transparent' },
  { name: 'icon-512.png', edge: 512, scale: 0.92, background: 'transparent' },
  { name: 'icon-maskable-512.png', edge: 512, scale: 0.62, background: PAPER },
  // iOS draws transparency as black.
  { name: 'apple-touch-icon.png', edge: 180, scale: 0.74, background: PAPER },
] as const;

const svg = await readFile(publicFile('icon.svg'), 'utf8');
const browser = await chromium.launch(await findBrowser());
try {
  for (const { name, edge, scale, background } of ICONS) {
    const page = await browser.newPage({ viewport: { width: edge, height: edge } });
    await page.setContent(`<style>
      html { background: ${background} }
      body { margin: 0; display: grid; place-items: center; height: 100vh }
      svg { width: ${scale * 100}vw }
    </style>${svg}`);
    await page.screenshot({ path: publicFile(name), omitBackground: background === 'transparent' });
    await page.close();
  }
} finally {
  await browser.close();
}
