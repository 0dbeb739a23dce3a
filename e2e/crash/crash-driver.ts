import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { seededRandom, type Random } from '../../src/bench/random.ts';
import type { FoundBrowser } from '../../scripts/find-browser.ts';
import type { Server } from '../../scripts/serve.ts';
import { startStaticHost } from '../static-host.ts';
import { answerAsOllama, type Model } from './fake-ollama.ts';
import { Ledger } from './ledger.ts';
import { startMortalBrowser, type MortalBrowser } from './mortal-browser.ts';
import { Tab } from './tab.ts';
import { makeFile, type TestFile } from './test-file.ts';
import { verify } from './verify.ts';

/**
 * The retrieval worker is terminated; the page is reloaded; the browser and all its processes get SIGKILL, and, in the
 * last, its databases are gone then, as when it finds them damaged at its next start.
 */
export type Kill = 'worker' | 'reload' | 'process' | 'databases';

/** Documents above which about half are deleted at once. */
const MANY = 25;
/** From the start of work to the kill: a note takes a few milliseconds, a re-index of all some hundreds. */
const LONGEST_WORK_MS = 500;
/** After the last vector of a file is there; it is committed within some milliseconds. */
const LONGEST_COMMIT_MS = 6;
/** Of the rounds delete everything: all or nothing must be left. */
const CLEARING_ROUNDS = 0.1;
/** From that call to the kill; it takes some tens of milliseconds. */
const LONGEST_CLEARING_MS = 60;

/** What a kill met, and what was there after it. */
export interface Met {
  /** Files being added, or waiting to be; documents being deleted. */
  readonly adding: number;
  readonly removing: number;
  readonly isReindexing: boolean;
  /** Documents looked at one by one afterwards. */
  readonly saved: number;
  /** Files that had to be indexed anew. */
  readonly restored: number;
  /** What was lost, halved or brought back; empty when nothing was. */
  readonly broken: readonly string[];
}

interface Place {
  readonly found: FoundBrowser;
  readonly server: Server;
  /** The browser's; storage is all that goes on from one browser to the next. */
  readonly folder: string;
}

/** A library at work in a browser that is killed at any moment. What must be left of it is in the ledger. */
export class CrashDriver {
  readonly #ledger = new Ledger();
  readonly #random: Random;
  readonly #place: Place;
  #browser: MortalBrowser | undefined;
  #tab: Tab | undefined;
  #model: Model = 'crash-one';
  #serial = 0;
  #isReindexing = false;
  #isKilled = false;
  #onEmbedded: () => void = () => undefined;

  private constructor(seed: number, place: Place) {
    this.#random = seededRandom(seed);
    this.#place = place;
  }

  static async start(seed: number, found: FoundBrowser): Promise<CrashDriver> {
    const server = await startStaticHost('/', answerAsOllama);
    const folder = await mkdtemp(join(tmpdir(), 'satchel-crash-'));
    const driver = new CrashDriver(seed, { found, server, folder });
    await driver.#startBrowser();
    return driver;
  }

  async stop(): Promise<void> {
    await this.#browser?.kill();
    await this.#place.server.close();
    // Chromium's last processes may still be letting go of the folder.
    await rm(this.#place.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Works, kills, and looks at what is left. */
  async crash(kill: Kill): Promise<Met> {
    const tab = this.#current();
    this.#isKilled = false;
    // A deletion of all takes along what waits, which would have to be told apart from what is lost.
    const isIdle = this.#ledger.filesThatAre('accepted').length === 0;
    const isClearing = isIdle && this.#random() < CLEARING_ROUNDS;
    const working = isClearing ? [this.#clear(tab)] : [this.#resume(tab), this.#fill(tab), this.#change(tab)];
    await wait(this.#random() * (isClearing ? LONGEST_CLEARING_MS : LONGEST_WORK_MS));
    // Commits are short; half of the kills are aimed at them.
    if (!isClearing && this.#random() < 0.5) {
      await Promise.race([
        new Promise<void>((resolve) => (this.#onEmbedded = resolve)),
        wait(LONGEST_WORK_MS),
      ]);
      await wait(this.#random() * LONGEST_COMMIT_MS);
    }
    this.#isKilled = true;
    const met = {
      adding: this.#ledger.filesThatAre('adding', 'accepted').length,
      removing: this.#ledger.filesThatAre('removing').length,
      isReindexing: this.#isReindexing,
    };
    await this.#kill(kill);
    await Promise.all(working);
    await this.#current().start(this.#model);
    const { documents, pending, restored = 0 } = await this.#current().library();
    const saved = new Set(this.#ledger.filesThatAre('saved').map(({ name }) => name));
    // A killed browser may throw away what lies in one place; a file is there when it is in the other.
    const isKilled = kill === 'process' || kill === 'databases';
    const isBack = isKilled && (restored > 0 || pending.some(({ name }) => saved.has(name)));
    this.#ledger.settle(
      isBack ? { documents: [...documents, ...pending], pending: [] } : { documents, pending },
    );
    if (isBack) await this.#current().resume();
    const broken = await this.#verify(this.#current());
    // Else what waits is taken up amid the work of the next round, and may meet the next kill.
    if (this.#random() < 0.5) await this.#current().resume();
    return { ...met, saved: this.saved, restored: isBack ? pending.length : 0, broken };
  }

  /** Lets all that is pending end. @returns what is wrong with the library then. */
  async finish(): Promise<string[]> {
    await this.#current().resume();
    const { pending } = await this.#current().library();
    const left = pending.map(({ name }) => `${name} still waits`);
    return [...left, ...(await this.#verify(this.#current()))];
  }

  /**
   * Two more tabs add, delete and re-index for so long, each on its own; then they and a fresh one look.
   * @returns what they find wrong, each for itself.
   */
  async workInTwoTabs(forMs: number): Promise<string[]> {
    const tabs = [await this.#openTab(), await this.#openTab()];
    this.#isKilled = false;
    const working = tabs.flatMap((tab) => [this.#fill(tab), this.#change(tab)]);
    await wait(forMs);
    this.#isKilled = true;
    await Promise.all(working);
    tabs.push(await this.#openTab());
    const broken: string[] = [];
    for (const tab of tabs) {
      await this.#hasFollowed(tab);
      broken.push(...(await this.#verify(tab)));
    }
    for (const tab of tabs) await tab.close();
    return broken;
  }

  get saved(): number {
    return this.#ledger.filesThatAre('saved').length;
  }

  async #verify(tab: Tab): Promise<string[]> {
    const saved = this.#ledger.filesThatAre('saved');
    const gone = this.#ledger.filesThatAre('gone');
    const broken = await verify(tab, this.#model, saved, gone, this.#random);
    return [...this.#ledger.broken.splice(0), ...broken];
  }

  /** Adds files, some of which were there before, until the kill. */
  async #fill(tab: Tab): Promise<void> {
    while (!this.#isKilled) {
      const files: TestFile[] = [];
      const gone = this.#ledger.filesThatAre('gone');
      for (let left = 1 + Math.floor(this.#random() * 6); left > 0; left--) {
        const again = this.#random() < 0.3 ? gone.pop() : undefined;
        files.push(again ?? (await makeFile(this.#random, this.#serial++)));
      }
      // Another tab may have taken up the same ones while these were made.
      const free = files.filter((file) => !this.#ledger.isTaken(file));
      for (const file of free) this.#ledger.adding(file);
      await this.#unlessKilled(tab.add(free));
    }
  }

  /** Deletes some or many, or goes over to the other model, until the kill. */
  async #change(tab: Tab): Promise<void> {
    while (!this.#isKilled) {
      const saved = this.#ledger.filesThatAre('saved');
      const share = saved.length > MANY ? 0.5 : 0.05;
      if (saved.length > MANY || this.#random() < 0.5) {
        await this.#remove(
          tab,
          saved.filter(() => this.#random() < share),
        );
      }
      if (!this.#isReindexing && this.#random() < 0.3) await this.#reindex(tab);
      await wait(this.#random() * 30);
    }
  }

  async #remove(tab: Tab, files: readonly TestFile[]): Promise<void> {
    for (const file of files) this.#ledger.removing(file);
    const removing = files.map(async (file) => {
      if (await this.#unlessKilled(tab.remove(file))) this.#ledger.removed(file);
    });
    await Promise.all(removing);
  }

  async #reindex(tab: Tab): Promise<void> {
    this.#isReindexing = true;
    this.#model = this.#model === 'crash-one' ? 'crash-two' : 'crash-one';
    await this.#unlessKilled(tab.start(this.#model).then(() => tab.reindex()));
    this.#isReindexing = false;
  }

  async #resume(tab: Tab): Promise<void> {
    await this.#unlessKilled(tab.resume());
  }

  async #clear(tab: Tab): Promise<void> {
    this.#ledger.clearing();
    if (await this.#unlessKilled(tab.removeAll())) this.#ledger.cleared();
  }

  /** @returns whether it got its answer; only a kill is a reason for none. */
  async #unlessKilled(call: Promise<void>): Promise<boolean> {
    try {
      await call;
      return true;
    } catch (error) {
      if (!this.#isKilled) throw error;
      return false;
    }
  }

  async #kill(kill: Kill): Promise<void> {
    if (kill === 'worker') return this.#current().killWorker();
    if (kill === 'reload') return this.#current().reload();
    await this.#browser?.kill();
    if (kill === 'databases') {
      await rm(join(this.#place.folder, 'Default', 'IndexedDB'), { recursive: true, maxRetries: 5 });
    }
    await this.#startBrowser();
  }

  async #startBrowser(): Promise<void> {
    this.#browser = await startMortalBrowser(this.#place.found, this.#place.folder);
    this.#tab = await this.#openTab();
  }

  async #openTab(): Promise<Tab> {
    if (!this.#browser) throw new Error('no browser');
    const { url } = this.#place.server;
    const tab = await Tab.open(this.#browser.context, url, (news) => {
      this.#ledger.hear(news);
      if (news.type === 'embedding') this.#onEmbedded();
    });
    await tab.start(this.#model);
    return tab;
  }

  #current(): Tab {
    if (!this.#tab) throw new Error('no tab');
    return this.#tab;
  }

  /** A tab hears of the others' changes a moment later. */
  async #hasFollowed(tab: Tab): Promise<void> {
    const wanted = this.#ledger.filesThatAre('saved').length;
    for (let tries = 100; tries > 0; tries--) {
      if ((await tab.library()).documents.length === wanted) return;
      await wait(50);
    }
  }
}
