import { createRegistry } from '../registry.ts';
import type { ParserLine } from './parser.ts';

const words = (list: string): readonly string[] => list.split(' ');

/** In the order in which a menu names them. */
export const parsers = createRegistry<ParserLine>(
  [
    {
      id: 'pdf',
      label: 'PDF',
      extensions: ['pdf'],
      mediaTypes: ['application/pdf'],
      load: async () => (await import('./pdf.ts')).pdfParser,
    },
    {
      id: 'docx',
      label: 'Word',
      extensions: ['docx', 'docm', 'dotx', 'dotm'],
      mediaTypes: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
      load: async () => (await import('./docx.ts')).docxParser,
    },
    {
      id: 'pptx',
      label: 'PowerPoint',
      extensions: ['pptx', 'pptm', 'ppsx', 'ppsm', 'potx', 'potm'],
      mediaTypes: ['application/vnd.openxmlformats-officedocument.presentationml.presentation'],
      load: async () => (await import('./pptx.ts')).pptxParser,
    },
    {
      id: 'epub',
      label: 'EPUB',
      extensions: ['epub'],
      mediaTypes: ['application/epub+zip'],
      load: async () => (await import('./epub.ts')).epubParser,
    },
    {
      id: 'xlsx',
      label: 'Excel',
      extensions: ['xlsx', 'xlsm', 'xltx', 'xltm'],
      mediaTypes: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
      load: async () => (await import('./xlsx.ts')).xlsxParser,
    },
    {
      id: 'odt',
      label: 'OpenDocument text',
      extensions: ['odt', 'ott'],
      mediaTypes: ['application/vnd.oasis.opendocument.text'],
      load: async () => (await import('./odt.ts')).odtParser,
    },
    {
      id: 'odp',
      label: 'OpenDocument presentation',
      extensions: ['odp', 'otp'],
      mediaTypes: ['application/vnd.oasis.opendocument.presentation'],
      load: async () => (await import('./odp.ts')).odpParser,
    },
    {
      id: 'ods',
      label: 'OpenDocument spreadsheet',
      extensions: ['ods', 'ots'],
      mediaTypes: ['application/vnd.oasis.opendocument.spreadsheet'],
      load: async () => (await import('./ods.ts')).odsParser,
    },
    {
      id: 'rtf',
      label: 'RTF',
      extensions: ['rtf'],
      mediaTypes: ['application/rtf', 'text/rtf'],
      load: async () => (await import('./rtf.ts')).rtfParser,
    },
    {
      id: 'markdown',
      label: 'Markdown',
      extensions: ['md', 'markdown', 'mdown', 'mkd', 'mdx', 'qmd', 'rmd'],
      mediaTypes: ['text/markdown'],
      load: async () => (await import('./markdown.ts')).markdownParser,
    },
    {
      id: 'html',
      label: 'HTML',
      extensions: ['html', 'htm', 'xhtml'],
      mediaTypes: ['text/html', 'application/xhtml+xml'],
      load: async () => (await import('./html.ts')).htmlParser,
    },
    {
      id: 'csv',
      label: 'CSV',
      extensions: ['csv', 'tsv', 'tab'],
      mediaTypes: ['text/csv', 'text/tab-separated-values'],
      load: async () => (await import('./csv.ts')).csvParser,
    },
    {
      id: 'eml',
      label: 'E-mail',
      extensions: ['eml'],
      mediaTypes: ['message/rfc822'],
      load: async () => (await import('./eml.ts')).emlParser,
    },
    {
      id: 'mbox',
      label: 'Mailbox',
      extensions: ['mbox', 'mbx'],
      mediaTypes: ['application/mbox'],
      load: async () => (await import('./mbox.ts')).mboxParser,
    },
    {
      id: 'mhtml',
      label: 'Web archive',
      extensions: ['mhtml', 'mht'],
      mediaTypes: ['multipart/related', 'application/x-mimearchive'],
      load: async () => (await import('./mhtml.ts')).mhtmlParser,
    },
    {
      id: 'subtitles',
      label: 'Subtitles',
      extensions: ['srt', 'vtt'],
      mediaTypes: ['application/x-subrip', 'text/vtt'],
      load: async () => (await import('./subtitles.ts')).subtitlesParser,
    },
    {
      id: 'ipynb',
      label: 'Notebook',
      extensions: ['ipynb'],
      mediaTypes: ['application/x-ipynb+json'],
      load: async () => (await import('./ipynb.ts')).ipynbParser,
    },
    {
      id: 'text',
      label: 'Text',
      extensions: [
        ...words('txt text log rst adoc asciidoc org tex bib ics vcf diff patch'),
        ...words('json jsonl ndjson json5 yaml yml toml ini cfg conf env properties xml xsd plist'),
        ...words('c h cc cpp cxx hpp hh m mm cs java kt kts scala groovy go rs swift dart zig d nim v'),
        ...words('js mjs cjs jsx ts mts cts tsx vue svelte astro css scss sass less graphql proto sql'),
        ...words('py pyi rb php pl pm lua r jl ex exs erl hs ml fs fsx clj lisp el scm f90 asm s'),
        ...words('sh bash zsh fish ps1 bat cmd make mk cmake gradle dockerfile tf nix'),
      ],
      mediaTypes: ['text/plain', 'application/json', 'application/xml', 'text/xml'],
      load: async () => (await import('./text.ts')).textParser,
    },
  ],
  'unsupported-type',
);
