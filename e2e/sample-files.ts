import { strToU8, zipSync } from 'fflate';

/** A file as Playwright's `setInputFiles` takes it. */
export interface SampleFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

const text = (name: string, mimeType: string, content: string): SampleFile => ({
  name,
  mimeType,
  buffer: Buffer.from(content),
});

export const MARKDOWN = text(
  'beekeeping.md',
  'text/markdown',
  `# Beekeeping at Alder Farm

## Winter

The hives are wrapped in November. A colony needs about eighteen kilograms of honey to live through the winter.

## Spring

We open the hives when the crocuses bloom. The queen is marked with a blue dot.
`,
);

export const CHINESE = text(
  '红茶.txt',
  'text/plain',
  `正山小种产于福建武夷山的桐木关。制作时用松木熏干，所以带有松烟香。
冲泡水温以九十五度为宜，第一泡不超过十秒。
存放要避光、防潮，不要和香料放在一起。
`,
);

export const CSV = text(
  'stock.csv',
  'text/csv',
  'item,place,quantity\nlanterns,cellar shelf four,37\nrope ladders,boat house,5\n',
);

export const HTML = text(
  'ferry.html',
  'text/html',
  `<!doctype html><html lang="en"><head><title>Ferry</title></head><body><article><h1>The island ferry</h1>
<p>The last ferry to Skarn leaves at twenty past nine in the evening from pier two.</p>
<p>Bicycles travel free, and dogs need a muzzle on board the upper deck.</p>
<script>document.documentElement.dataset.hacked = 'yes'; fetch('https://tracker.example/')</script>
<img src="https://tracker.example/pixel.png" onerror="document.documentElement.dataset.hacked = 'yes'">
</article></body></html>`,
);

export const DOCX: SampleFile = {
  name: 'lease.docx',
  mimeType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  buffer: Buffer.from(
    zipSync({
      '[Content_Types].xml': strToU8(
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
      ),
      '_rels/.rels': strToU8(
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
      ),
      'word/document.xml': strToU8(
        '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>The tenant of the mill gives notice three months before the end of a quarter.</w:t></w:r></w:p><w:p><w:r><w:t>The deposit is kept by the village bank.</w:t></w:r></w:p></w:body></w:document>',
      ),
    }),
  ),
};

export const PDF: SampleFile = {
  name: 'telescope.pdf',
  mimeType: 'application/pdf',
  buffer: makePdf([
    ['The observatory on Mount Orla', 'The dome was built in 1911 from riveted copper plates.'],
    [
      'Visiting',
      'The great telescope has a mirror of ninety two centimetres.',
      'Tours start at dusk on Fridays.',
    ],
  ]),
};

export const EMPTY = text('nothing.txt', 'text/plain', '');

/** The first half of a PDF, as a broken download leaves it. */
export const TRUNCATED: SampleFile = {
  name: 'torn.pdf',
  mimeType: 'application/pdf',
  buffer: PDF.buffer.subarray(0, 180),
};

/** A PDF of one line of text after another, in a font that every reader has to bring. */
function makePdf(pages: readonly (readonly string[])[]): Buffer {
  const objects: string[] = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, i) => `${4 + 2 * i} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  pages.forEach((lines, i) => {
    const content = lines.map((line, n) => `BT /F1 14 Tf 60 ${760 - 24 * n} Td (${line}) Tj ET`).join('\n');
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * i} 0 R >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    );
  });
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const offset = file.length;
    file += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  file += `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}
