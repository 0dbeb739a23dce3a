export interface Bar {
  readonly label: string;
  /** More than 0; absent where there is nothing to draw. */
  readonly value?: number;
  /** Stands behind the bar, or in its place. */
  readonly text: string;
  readonly isOwn: boolean;
}

export interface Panel {
  readonly title: string;
  readonly bars: readonly Bar[];
  /** A line across the bars. */
  readonly mark?: { readonly value: number; readonly text: string };
}

const WIDTH = 860;
const LABEL_WIDTH = 250;
const TEXT_WIDTH = 230;
const BAR_WIDTH = WIDTH - LABEL_WIDTH - TEXT_WIDTH;
const ROW = 22;
const BAR = 14;
const TITLE = 34;
const GAP = 14;
const MARGIN = 16;

const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const text = (x: number, y: number, content: string, attributes = ''): string =>
  `<text x="${x}" y="${y}"${attributes}>${escape(content)}</text>`;

/**
 * Horizontal bars as an SVG document. Lengths are logarithms, in each panel from a tenth of its smallest value to its
 * largest, for they may lie a thousand times apart.
 */
export function barChart(title: string, notes: readonly string[], panels: readonly Panel[]): string {
  const lines: string[] = [];
  let y = MARGIN + 18;
  lines.push(text(MARGIN, y, title, ' class="title"'));
  for (const note of notes) lines.push(text(MARGIN, (y += 18), note, ' class="note"'));
  y += GAP;
  for (const panel of panels) {
    lines.push(text(MARGIN, y + 20, panel.title, ' class="panel"'));
    y += TITLE;
    lines.push(...drawPanel(panel, y));
    y += panel.bars.length * ROW + GAP + (panel.mark ? ROW : 0);
  }
  const height = y + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    '<style>text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-size:17px;font-weight:600}' +
      '.panel{font-weight:600}.note,.mark{fill:#59636e}.bar{fill:#8fa3b8}.own{fill:#1a6b4a}' +
      'line{stroke:#b3261e;stroke-dasharray:4 3}</style>',
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

function drawPanel({ bars, mark }: Panel, top: number): string[] {
  const values = [...bars.flatMap(({ value }) => value ?? []), ...(mark ? [mark.value] : [])];
  const lowest = Math.min(...values) / 10;
  const span = Math.log(Math.max(...values) / lowest);
  const lengthOf = (value: number): number =>
    Math.round((BAR_WIDTH * Math.log(value / lowest) * 10) / span) / 10;
  const lines = bars.flatMap(({ label, value, text: figure, isOwn }, i) => {
    const y = top + i * ROW;
    const length = value === undefined ? 0 : lengthOf(value);
    return [
      text(LABEL_WIDTH - 8, y + BAR - 2, label, ' text-anchor="end"'),
      ...(value === undefined
        ? []
        : [
            `<rect class="${isOwn ? 'own' : 'bar'}" x="${LABEL_WIDTH}" y="${y}" width="${length}" height="${BAR}" rx="2"/>`,
          ]),
      text(LABEL_WIDTH + length + 6, y + BAR - 2, figure, value === undefined ? ' class="note"' : ''),
    ];
  });
  if (!mark) return lines;
  const x = LABEL_WIDTH + lengthOf(mark.value);
  const bottom = top + bars.length * ROW;
  return [
    ...lines,
    `<line x1="${x}" y1="${top - 4}" x2="${x}" y2="${bottom}"/>`,
    text(x, bottom + BAR, mark.text, ' class="mark" text-anchor="middle"'),
  ];
}
