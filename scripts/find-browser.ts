import { chromium } from 'playwright';

export interface FoundBrowser {
  readonly executablePath: string;
  readonly args: string[];
}
let found: Promise<FoundBrowser> | undefined;

const args = (): string[] => [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

async function launches(executablePath: string): Promise<boolean> {
  try {
    const browser = await chromium.launch({ executablePath, args: args() });
    await browser.close();
    return true;
  } catch {
    return false;
  }
}

async function search(): Promise<FoundBrowser> {
  const candidates = [process.env['CHROMIUM_PATH'], chromium.executablePath(), '/usr/bin/chromium'];
  for (const executablePath of candidates) {
    if (executablePath && (await launches(executablePath))) return { executablePath, args: args() };
  }
  throw new Error('No Chromium, Chrome or Edge could be started. Set CHROMIUM_PATH.');
}

export const findBrowser = (): Promise<FoundBrowser> => (found ??= search());
