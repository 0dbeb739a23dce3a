import { existsSync } from 'node:fs';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findBrowser } from './scripts/find-browser.ts';
import { scanKernel } from './scripts/build/scan-kernel.ts';
import viteConfig from './vite.config.ts';

// The browser is looked for only by a run that includes the browser project: it may have to be installed.
const wanted = process.argv.flatMap((arg, i, all) =>
  arg === '--project' ? [all[i + 1] ?? ''] : arg.startsWith('--project=') ? [arg.slice(10)] : [],
);
const usesBrowser = wanted.length === 0 || wanted.includes('browser');
const browser = usesBrowser ? await findBrowser() : { executablePath: '', args: [] };
const launch = (...flags: string[]) =>
  playwright({
    launchOptions: { executablePath: browser.executablePath, args: [...browser.args, ...flags] },
  });

/** Files whose tests need a GPU run in a browser of their own, with one that the CPU emulates. */
const GPU_TESTS = 'src/**/*.gpu.browser.test.ts';
const EMULATED_GPU = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
];

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [scanKernel()],
        test: {
          name: 'node',
          environment: 'node',
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['**/*.browser.test.ts'],
        },
      },
      {
        ...viteConfig,
        test: {
          name: 'browser',
          include: ['src/**/*.browser.test.ts'],
          // Local servers in place of a model hub and of Ollama; a page can't start any.
          globalSetup: ['src/core/3-embed/fixtures/servers.fixture.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: launch(),
            instances: [
              { browser: 'chromium', exclude: [GPU_TESTS] },
              {
                browser: 'chromium',
                name: 'browser with an emulated GPU',
                include: [GPU_TESTS],
                provider: launch(...EMULATED_GPU),
              },
            ],
          },
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['e2e/**/*.test.ts'],
          globalSetup: existsSync('e2e/global-setup.ts') ? ['e2e/global-setup.ts'] : [],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
