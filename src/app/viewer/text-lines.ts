export interface TextLine {
  readonly start: number;
  readonly end: number;
}

/** The lines of a stretch of text that have something on them, without their line ends. */
export function linesIn(text: string, start: number, end: number): readonly TextLine[] {
  const lines: TextLine[] = [];
  for (let at = start; at < end;) {
    const newline = text.indexOf('\n', at);
    const stop = newline === -1 || newline > end ? end : newline;
    if (text.slice(at, stop).trim() !== '') lines.push({ start: at, end: stop });
    at = stop + 1;
  }
  return lines;
}
