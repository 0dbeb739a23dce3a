import type { Page } from 'playwright';
import type { Given, Outcome, Result, StepName } from './index-page.ts';

/** A step of one library, in its page. Never throws: a page that ran out of memory answers nothing any more. */
export async function attempt<Name extends StepName>(
  page: Page,
  limitMs: number,
  name: Name,
  ...given: Given<Name>
): Promise<Outcome<Result<Name>>> {
  try {
    // Their types, which depend on the name, get lost between Playwright's.
    return (await page.evaluate(
      ([limit, step, args]) => window.indexPage.attempt(limit as number, step as StepName, args as never),
      [limitMs, name, given],
    )) as Outcome<Result<Name>>;
  } catch (error) {
    return { failed: `the page: ${error instanceof Error ? error.message : String(error)}`, ended: true };
  }
}
