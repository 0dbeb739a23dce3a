import { cpus, loadavg } from 'node:os';
import type { Page } from 'playwright';

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly browser: string;
  readonly node: string;
  /** Runnable processes over the last minute; a figure above the cores says that others were at work. */
  readonly loadBefore: number;
}

export async function describeMachine(page: Page): Promise<Machine> {
  const processors = cpus();
  const version = page.context().browser()?.version();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown CPU',
    cores: processors.length,
    browser: version === undefined ? await page.evaluate(() => navigator.userAgent) : `Chromium ${version}`,
    node: process.version,
    loadBefore: currentLoad(),
  };
}

export const currentLoad = (): number => loadavg()[0] ?? 0;

export const machineLine = ({ cpu, cores, browser, loadBefore }: Machine): string =>
  `${cpu}, ${cores} cores, ${browser}; load ${loadBefore.toFixed(1)} before, ${currentLoad().toFixed(1)} after`;
