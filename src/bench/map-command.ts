import { openHeadlessApp } from '../../scripts/headless.ts';
import type { Headless } from '../headless/main.ts';
import { describeMachine, machineLine } from './machine.ts';
import { median, quantile } from './statistics.ts';
import { formatTable } from './table.ts';

declare const window: { satchel: Headless };

const SIZES = [10_000, 100_000];
const DIMENSIONS = 384;
const FRAMES = 60;

/** What a map of the collection takes: axes and topics, places, and a frame on the page. Returns the figures. */
export async function benchMap({ rounds }: { readonly rounds: number }): Promise<object> {
  const app = await openHeadlessApp({ onMessage: (message) => process.stderr.write(`${message}\n`) });
  try {
    const machine = await describeMachine(app.page);
    const reports = [];
    for (const chunks of SIZES) {
      const all = [];
      for (let round = 1; round <= rounds; round++) {
        process.stderr.write(`map of ${chunks}: round ${round} of ${rounds}\n`);
        all.push(
          await app.page.evaluate(
            ([count, dimensions, frames]) => window.satchel.drawMap(count, dimensions, frames),
            [chunks, DIMENSIONS, FRAMES] as const,
          ),
        );
      }
      const frames = all.flatMap((each) => each.frames);
      reports.push({
        chunks,
        choosingMs: median(all.map(({ choosing }) => choosing)),
        placingMs: median(all.map(({ placing }) => placing)),
        topics: all[0]?.topics ?? 0,
        frameP50Ms: median(frames),
        frameP95Ms: quantile(frames, 0.95),
      });
    }
    console.log(machineLine(machine));
    console.log(`${DIMENSIONS} dimensions, ${rounds} rounds, ${FRAMES} frames of 1280 × 800 each\n`);
    console.log(
      formatTable([
        ['map, ms', 'axes and topics', 'places', 'topics', 'frame p50', 'frame p95'],
        ...reports.map(({ chunks, choosingMs, placingMs, topics, frameP50Ms, frameP95Ms }) => [
          String(chunks),
          choosingMs.toFixed(0),
          placingMs.toFixed(0),
          String(topics),
          frameP50Ms.toFixed(1),
          frameP95Ms.toFixed(1),
        ]),
      ]),
    );
    return { machine, dimensions: DIMENSIONS, map: reports };
  } finally {
    await app.close();
  }
}
