const CONTROL = 'button:enabled, a[href], input:enabled:not([tabindex="-1"]), textarea, [tabindex="0"]';

const controlIn = (node: Node): HTMLElement | undefined =>
  node instanceof HTMLElement
    ? [node, ...node.querySelectorAll<HTMLElement>(CONTROL)].find(
        (element) => element.matches(CONTROL) && element.checkVisibility({ visibilityProperty: true }),
      )
    : undefined;

/** What follows a removed node, then what comes before it, then what is around it. */
function* around({ target, nextSibling, previousSibling }: MutationRecord): Generator<Node> {
  for (let node = nextSibling; node; node = node.nextSibling) yield node;
  for (let node = previousSibling; node; node = node.previousSibling) yield node;
  for (let node: Node | null = target; node; node = node.parentNode) yield node;
}

/**
 * Focus stays near when what has it goes away: a row that is deleted, a button that did its work. Browsers drop it to
 * the page, and someone without a mouse begins from the top again. Attached to what holds such things.
 */
export function keepFocus(root: HTMLElement): () => void {
  let focused: Node | null = null;
  const onfocus = (): void => void (focused = document.activeElement);
  // Who clicks beside everything has let go of it.
  const onpress = (): void => void (focused = null);
  const isLost = (): boolean => document.activeElement === document.body;
  const observer = new MutationObserver((records) => {
    if (!focused || focused.isConnected || !isLost()) return;
    const record = records.find(({ removedNodes }) =>
      [...removedNodes].some((node) => node.contains(focused)),
    );
    focused = null;
    if (!record) return;
    // What removed it may have a better place for the focus, and a moment to say so.
    setTimeout(() => {
      if (!isLost()) return;
      for (const node of around(record)) {
        const control = controlIn(node);
        if (control) return control.focus();
      }
    });
  });
  root.addEventListener('focusin', onfocus);
  document.addEventListener('pointerdown', onpress, true);
  observer.observe(root, { childList: true, subtree: true });
  return () => {
    root.removeEventListener('focusin', onfocus);
    document.removeEventListener('pointerdown', onpress, true);
    observer.disconnect();
  };
}
