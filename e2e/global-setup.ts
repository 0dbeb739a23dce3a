import type { TestProject } from 'vitest/node';
import { ensureBuilt } from '../scripts/ensure-built.ts';
import { findBrowser } from '../scripts/find-browser.ts';
import { startServer } from '../scripts/serve.ts';

declare module 'vitest' {
  interface ProvidedContext {
    appUrl: string;
    executablePath: string;
    browserArgs: string[];
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await ensureBuilt();
  const [server, browser] = await Promise.all([startServer(), findBrowser()]);
  project.provide('appUrl', server.url);
  project.provide('executablePath', browser.executablePath);
  project.provide('browserArgs', browser.args);
  return () => server.close();
}
