import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chromium, type BrowserContext } from 'playwright';
import type { FoundBrowser } from '../../scripts/find-browser.ts';

export interface MortalBrowser {
  readonly context: BrowserContext;
  /** SIGKILL to the browser and all its processes: nothing of it runs another instruction. */
  kill(): Promise<void>;
}

/**
 * A browser over a folder that outlives it. Playwright's own launch tells no process id of a browser with a
 * folder, so this starts it and connects.
 */
export async function startMortalBrowser(found: FoundBrowser, folder: string): Promise<MortalBrowser> {
  const flags = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${folder}`, 'about:blank'];
  // A group of its own, for the signal to reach the processes that Chromium starts.
  const child = spawn(found.executablePath, [...found.args, '--disable-gpu', ...flags], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const ended = once(child, 'exit');
    process.kill(-child.pid, 'SIGKILL');
    await ended;
  };
  try {
    const browser = await chromium.connectOverCDP(await debuggingAddress(child));
    const [context] = browser.contexts();
    if (!context) throw new Error('The browser has no context.');
    return { context, kill };
  } catch (error) {
    await kill();
    throw error;
  }
}

/** Goes on reading afterwards: Chromium would stop at a full pipe. */
const debuggingAddress = ({ stderr }: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = '';
    stderr?.on('data', (part: Buffer) => {
      said += part.toString();
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    stderr?.on('close', () => reject(new Error(`The browser ended: ${said}`)));
  });
