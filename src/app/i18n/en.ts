import type { PageUnit } from '../../core/1-parse/page-unit.ts';
import type { Unmet } from '../../core/7-answer/recommend.ts';
import type { ErrorDetails } from '../../core/errors.ts';
import { createFormat, ranges } from './format.ts';
import {
  OLD_OFFICE,
  detail,
  mergeCommand,
  ollamaCommand,
  type ErrorMessages,
  type WarningMessages,
} from './messages.ts';

const { bytes, number, rate, duration, elapsed, percent, score } = createFormat('en');

const count = (n: number, one: string, many: string): string => `${number(n)} ${n === 1 ? one : many}`;
const files = (n: number): string => count(n, 'file', 'files');
const documents = (n: number): string => count(n, 'document', 'documents');
const ORDINAL_RULES = new Intl.PluralRules('en', { type: 'ordinal' });
const ORDINAL_ENDINGS: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> = {
  one: 'st',
  two: 'nd',
  few: 'rd',
};
const ordinal = (n: number): string => `${number(n)}${ORDINAL_ENDINGS[ORDINAL_RULES.select(n)] ?? 'th'}`;
const passages = (n: number): string => count(n, 'passage', 'passages');

const errors: ErrorMessages = {
  'empty-file': (_, { file = 'The file' }) => ({
    what: `${file} is empty.`,
    remedy: 'Check that it was saved or copied completely, then add it again.',
  }),
  'no-text': (d, { file = 'The document' }) => ({
    what: `${file} holds no readable text${Number(d['pages']) > 1 ? ` on its ${detail(d, 'pages')} pages` : ''}.`,
    remedy:
      'If it is a scanned PDF, choose “Read scanned pages”. Otherwise run it through text recognition (OCR) and add the result.',
  }),
  encrypted: (_, { file = 'The document' }) => ({
    what: `${file} is protected by a password.`,
    remedy: 'Open it, save a copy without the password, and add the copy.',
  }),
  corrupt: (_, { file = 'The document' }) => ({
    what: `${file} is damaged or cut off.`,
    remedy: 'Download or copy it again, or open it in its own program and save it anew.',
  }),
  'wrong-type': (d, { file = 'The file' }) => ({
    what: `${file} is not what its name says${detail(d, 'actual') && `: the content is ${detail(d, 'actual')}`}.`,
    remedy: 'Give it the ending that fits its content, then add it again.',
  }),
  'unsupported-type': (d, { file = 'The file' }) => ({
    what: `${file} is of a type that cannot be read here.`,
    remedy: OLD_OFFICE[detail(d, 'type')]
      ? `Open it in its own program or in LibreOffice, save it as ${OLD_OFFICE[detail(d, 'type')]}, and add that.`
      : 'Save it as PDF, Word (.docx), Markdown, HTML, CSV or plain text, and add that.',
  }),
  binary: (_, { file = 'The file' }) => ({
    what: `${file} is not text.`,
    remedy: 'If it is a document, give it its right ending (such as .pdf or .docx) and add it again.',
  }),
  'too-large': (d, { file = 'The file' }) => ({
    what: `${file} is too large${typeof d['limitBytes'] === 'number' ? ` (the limit is ${bytes(d['limitBytes'])})` : ''}.`,
    remedy: 'Split it into smaller files and add those.',
  }),
  'archive-too-deep': (_, { file = 'The archive' }) => ({
    what: `${file} is packed inside of too many other archives.`,
    remedy: 'Unpack the outer ones, and add it by itself.',
  }),
  'parse-timeout': (_, { file = 'The document' }) => ({
    what: `${file} took too long to read.`,
    remedy: 'Split it, or save it in a simpler format such as plain text, and add that.',
  }),
  'parse-failed': (_, { file = 'The document' }) => ({
    what: `${file} could not be read.`,
    remedy: 'Save it in another format, such as PDF or plain text, and add that.',
  }),
  'web-offline': () => ({
    what: 'There is no network.',
    remedy: 'Connect to the internet and try again, or add a file from this device.',
  }),
  'web-refused': (d) => ({
    what: `${detail(d, 'host', 'The site')} does not let other pages read it (CORS).`,
    remedy: 'Open the page in a new tab, save it, and drop the saved file here.',
  }),
  'web-unreachable': (d) => ({
    what: `${detail(d, 'host', 'The site')} could not be read: it did not answer, or leads on to another site.`,
    remedy:
      'Check the address. If it opens in a new tab, use the address it ends at, or save the page and drop the file here.',
  }),
  'web-not-found': (d) => ({
    what: `${detail(d, 'host', 'The site')} has nothing at this address.`,
    remedy: 'Check the address: open it in a new tab and copy it from there.',
  }),
  'web-failed': (d) => ({
    what: `${detail(d, 'host', 'The site')} answered with an error (${detail(d, 'status')}).`,
    remedy:
      'If the page needs you to sign in, open it in a new tab, save it, and drop the file here. Otherwise try again later.',
  }),
  'web-timeout': (d) => ({
    what: `${detail(d, 'host', 'The site')} sent nothing for ${detail(d, 'seconds')} seconds.`,
    remedy: 'Try again later.',
  }),
  'ocr-failed': (_, { file = 'The document' }) => ({
    what: `The scanned pages of ${file} could not be read.`,
    remedy: 'Check the connection, since the program for it is fetched at its first use, then try again.',
  }),
  'ocr-found-nothing': (d, { file = 'the document' }) => ({
    what: `No text was recognised on ${count(Number(d['pages'] ?? 0), 'scanned page', 'scanned pages')} of ${file}. Nothing was changed.`,
    remedy:
      'Only printed English and Chinese is recognised. If the pages hold some, scan them again, upright, sharper or larger.',
  }),
  'unknown-embedder': (d) => ({
    what: `There is no embedding model called “${detail(d, 'id')}”.`,
    remedy: 'Choose another one in the settings.',
  }),
  'model-unreachable': (d) => ({
    what: `The model could not be fetched${detail(d, 'file') && ` (${detail(d, 'file')})`}.`,
    remedy: 'Check the connection and the model source in the settings, then try again.',
  }),
  'model-mismatch': (d) => ({
    what: `A file of the model is not the one expected${detail(d, 'file') && ` (${detail(d, 'file')})`}.`,
    remedy: 'It was not used. Choose another model source in the settings, then try again.',
  }),
  'embedding-failed': (_, { file }) => ({
    what: file ? `The embedding model failed on ${file}.` : 'The embedding model failed.',
    remedy: 'Try again. If it happens again, choose “CPU” as device in the settings.',
  }),
  'unknown-reranker': (d) => ({
    what: `There is no reranking model called “${detail(d, 'id')}”.`,
    remedy: 'Choose another one in the settings.',
  }),
  'reranking-failed': () => ({
    what: 'The reranking model failed.',
    remedy:
      'Passages stay in the order in which they were found. Choose another model in the settings, or none.',
  }),
  'text-too-long': (_, { file }) => ({
    what: file
      ? `A part of ${file} is too long for the embedding model.`
      : 'The text is too long for the model.',
    remedy: file
      ? 'Choose a model that reads longer texts, then add the file again.'
      : 'Ask a shorter question.',
  }),
  'ollama-unreachable': (d) => ({
    what: `Ollama does not answer at ${detail(d, 'host', 'its address')}.`,
    remedy: 'Start Ollama, or correct its address in the settings.',
  }),
  'ollama-origin-refused': (d, place) => ({
    what: `Ollama runs at ${detail(d, 'host', 'its address')} but refuses this page.`,
    remedy: 'Stop Ollama and start it with this line, then try again:',
    command: ollamaCommand(place),
  }),
  'ollama-blocked': (d) => ({
    what: `The browser does not let this page reach ${detail(d, 'host', 'the local network')}.`,
    remedy: 'Allow access to the local network for this page (the icon left of the address), then try again.',
  }),
  'ollama-model-missing': (d) => ({
    what: `Ollama does not have the model “${detail(d, 'model')}”.`,
    remedy: 'Fetch it in the settings, or with this line, then try again:',
    command: `ollama pull ${detail(d, 'model', 'bge-m3')}`,
  }),
  'ollama-failed': (d) => ({
    what: `Ollama answered with an error (${detail(d, 'reason') || detail(d, 'status')}).`,
    remedy: 'Look into its log, restart it, then try again.',
  }),
  'unknown-chat-engine': (d) => ({
    what: `Nothing called “${detail(d, 'id')}” writes answers here.`,
    remedy: 'Choose another one in the settings.',
  }),
  'chat-unreachable': (d) => ({
    what: `No server answers at ${detail(d, 'host', 'its address')}, or it refuses this page.`,
    remedy:
      'Start it, correct its address in the settings, or allow this page’s address in its CORS settings.',
  }),
  'chat-key-refused': (d) => ({
    what: `${detail(d, 'host', 'The server')} refuses the key.`,
    remedy: 'Correct the key in the settings.',
  }),
  'chat-model-missing': (d) => ({
    what: `${detail(d, 'host', 'This device')} does not have the model “${detail(d, 'model')}”.`,
    remedy: detail(d, 'host')
      ? 'Choose one of its models in the settings.'
      : 'Choose another one in the settings, or add its file again.',
  }),
  'chat-failed': (d) => ({
    what: `Writing the answer failed${detail(d, 'reason') && ` (${detail(d, 'reason')})`}.`,
    remedy: 'Try again, or choose another model in the settings. The sentences found above stand.',
  }),
  'not-gguf': (d) => ({
    what: `${detail(d, 'file', 'The file')} is not a GGUF model, or it is damaged${detail(d, 'reason') && ` (${detail(d, 'reason')})`}.`,
    remedy: 'Choose a file that ends in .gguf. If this one does, download or copy it again.',
  }),
  'not-a-chat-model': (d) => ({
    what: `${detail(d, 'file', 'The file')} is no chat model: it has no chat template.`,
    remedy: 'Choose the build of a model that is called “Instruct”, “Chat” or “it”.',
  }),
  'model-in-parts': (d) => ({
    what: `${detail(d, 'file', 'The file')} is one of the ${detail(d, 'parts')} files that the model is split into.`,
    remedy:
      'Choose a build in one file, or join these with llama.cpp: by this line, with the name of the first of them.',
    command: mergeCommand(d),
  }),
  'model-too-large': (d) => ({
    what: `${detail(d, 'file', 'The model')} is too large to run in a browser: ${bytes(Number(d['sizeBytes'] ?? 0))}, and the memory ends at ${bytes(Number(d['limitBytes'] ?? 0))}.`,
    remedy: 'Choose a smaller model, or a build of it with fewer bits for each weight (such as Q4).',
  }),
  'context-overflow': (d) => ({
    what: `The question is too long for this model${typeof d['contextWindow'] === 'number' ? `, which reads ${number(d['contextWindow'])} tokens` : ''}.`,
    remedy: 'Ask a shorter question, or choose a model with a larger context window.',
  }),
  'webgpu-unavailable': () => ({
    what: 'This browser offers no graphics card to compute on.',
    remedy:
      'Turn on hardware acceleration in the browser’s settings, or choose another way to write answers: one on the CPU works everywhere.',
  }),
  'webgpu-feature-missing': (d) => ({
    what: `The graphics card, or its driver, lacks what this model needs (${detail(d, 'feature')}).`,
    remedy:
      detail(d, 'feature') === 'shader-f16'
        ? 'Choose the q4f32 build of the model in the settings.'
        : 'Update browser and graphics driver, or choose another way to write answers in the settings.',
  }),
  'gpu-lost': () => ({
    what: 'The graphics card dropped the model, most often for want of memory.',
    remedy:
      'Try again: the model is loaded anew. If it happens again, choose a smaller model in the settings.',
  }),
  'chat-library-mismatch': (d) => ({
    what: `The compiled library of the model does not fit this version of WebLLM${detail(d, 'file') && ` (${detail(d, 'file')})`}.`,
    remedy: 'Correct the address of the library in the settings, or choose a model of the list.',
  }),
  'prompt-api-unavailable': () => ({
    what: 'This browser has no model of its own that it would run here.',
    remedy:
      'Chrome and Edge have one on desktop computers with enough memory and free disk space. Or choose another writer in the settings.',
  }),
  'prompt-api-needs-click': () => ({
    what: 'The browser has to fetch its model first, and begins only when you click for it.',
    remedy: 'Press “Write again”, or have the model made ready in the settings.',
  }),
  'prompt-api-language': (d) => ({
    what: `The browser’s own model does not write ${detail(d, 'language') === 'zh' ? 'Chinese' : 'English'}.`,
    remedy: 'Choose another writer in the settings. The sentences found above stand.',
  }),
  'prompt-api-filtered': () => ({
    what: 'The browser held back what its model wrote.',
    remedy: 'Ask in other words, or choose another writer in the settings. The sentences found above stand.',
  }),
  'unknown-index': (d) => ({
    what: `There is no vector index called “${detail(d, 'id')}”.`,
    remedy: 'Choose another one in the settings.',
  }),
  'dimension-mismatch': () => ({
    what: 'A vector does not fit the index.',
    remedy: 'Re-embed the documents in the settings.',
  }),
  'invalid-vector': () => ({
    what: 'The embedding model returned numbers that cannot be used.',
    remedy: 'Choose “CPU” as device in the settings and add the file again.',
  }),
  'index-full': (d) => ({
    what: `The chosen index holds at most ${typeof d['maxChunks'] === 'number' ? number(d['maxChunks']) : 'a limited number of'} passages.`,
    remedy: 'Choose the exact index in the settings. It has no such limit.',
  }),
  'index-corrupt': () => ({
    what: 'The saved index cannot be read.',
    remedy: 'It is built again from the stored texts and vectors. If that fails, re-embed the documents.',
  }),
  'index-broken': () => ({
    what: 'The chosen index failed.',
    remedy: 'Choose the exact index in the settings.',
  }),
  'quota-exceeded': ({ neededBytes, freeBytes }, { file }) => ({
    what:
      (file ? `There is no disk space left for ${file}.` : 'The disk space this browser grants is used up.') +
      (typeof neededBytes === 'number' && typeof freeBytes === 'number'
        ? ` It takes about ${bytes(neededBytes)}, and ${bytes(freeBytes)} are left.`
        : ''),
    remedy: 'Delete documents here, or free space on the disk, then try again.',
  }),
  'storage-unavailable': () => ({
    what: 'This browser gives the page no storage.',
    remedy: 'Leave private browsing, or allow site data for this page, then reload.',
  }),
  'storage-blocked': () => ({
    what: 'Another tab holds an older version of this page open.',
    remedy: 'Close the other tabs of this page, then reload.',
  }),
  'document-not-found': () => ({
    what: 'This document is no longer here.',
    remedy: 'Add the file again to ask it.',
  }),
  'fingerprint-mismatch': () => ({
    what: 'The documents were embedded by another model than the one in the settings.',
    remedy: 'Re-embed the documents, or go back to the model they were embedded by.',
  }),
  'index-busy': () => ({
    what: 'Another tab is changing this library.',
    remedy: 'Wait until it has finished, or close it, then try again.',
  }),
  'worker-crashed': (_, { file }) => ({
    what: file ? `The search worker stopped while it was at ${file}.` : 'The search worker stopped.',
    remedy: 'It has been started again; nothing that was ready is lost. Try once more.',
  }),
  aborted: (_, { file }) => ({
    what: file ? `${file} was cancelled.` : 'Cancelled.',
    remedy: 'Add it again whenever you like.',
  }),
  internal: (d, { file }) => ({
    what: `${file ? `${file}: s` : 'S'}omething unexpected went wrong${detail(d, 'reason') && ` (${detail(d, 'reason')})`}.`,
    remedy: 'Try again. If it stays, reload the page; nothing that was ready is lost.',
  }),
};

/** By id of the chat engine. */
const WRITER_HELP: Readonly<Record<string, string>> = {
  'web-llm':
    'A model inside this browser, on the graphics card: private, and much faster than on the CPU. It is fetched once.',
  wllama:
    'A small model inside this browser, on the CPU, or the graphics card where that works: private, and slow on the CPU. It is fetched once.',
  'prompt-api':
    'The model that Chrome or Edge brings along. It runs on this device; the browser fetches it once, for all pages.',
  ollama: 'Models on your own machine or network. The question and the passages found go to this host.',
  'openai-compatible':
    'llama.cpp server, LM Studio, vLLM or a service. The question and the passages found go to this address.',
};

const isOne = (details: ErrorDetails): boolean => details['count'] === 1;

const warnings: WarningMessages = {
  'pages-without-text': (d) =>
    `No text on ${detail(d, 'unit') || 'page'}${isOne(d) ? '' : 's'} ${ranges(detail(d, 'pages'))}, only pictures, such as a scan.`,
  'pages-read-by-ocr': (d) =>
    `${isOne(d) ? 'Page' : 'Pages'} ${ranges(detail(d, 'pages'))}: read off the picture, ${detail(d, 'confidence')} % sure. Letters may be wrong.`,
  'invalid-characters': (d) =>
    `${count(Number(d['count'] ?? 0), 'character', 'characters')} could not be decoded and ${isOne(d) ? 'was' : 'were'} left out.`,
  'encoding-uncertain': (d) =>
    `The encoding was guessed: ${detail(d, 'encoding')}. Check the text if it looks wrong.`,
  'content-type-differs': (d) =>
    `Named as ${detail(d, 'named')}, but the content is ${detail(d, 'actual')}; it was read as that.`,
  'large-document': (d) =>
    `Large: ${passages(Number(d['chunks'] ?? 0))}, about ${duration(Number(d['minutes'] ?? 0) * 60)} to embed.`,
  'hidden-sheets': (d) =>
    `Hidden sheets are left out: ${detail(d, 'sheets')}. Show them in Excel to have them read.`,
  'formulas-without-values': (d) =>
    `${count(Number(d['count'] ?? 0), 'formula', 'formulas')} without a stored result: open the file in Excel, save it, and add it again.`,
  'not-well-formed': (d) => `The file is not valid ${detail(d, 'format')}. It was read as plain text.`,
  'skipped-parts': (d) =>
    `${count(Number(d['count'] ?? 0), 'part', 'parts')} could not be read and ${isOne(d) ? 'was' : 'were'} skipped.`,
};

const sizesOf = (unmet: Unmet): readonly [string, string] =>
  'neededBytes' in unmet ? [bytes(unmet.neededBytes), bytes(unmet.availableBytes)] : ['', ''];

const UNMET: Readonly<Record<Unmet['reason'], (unmet: Unmet) => string>> = {
  gpu: () => 'Not here: the browser offers no graphics card (WebGPU).',
  'shader-f16': () => 'Not here: the graphics card has no 16-bit shaders (shader-f16).',
  memory64: () => 'Not here: the browser has no 64-bit WebAssembly memory. A newer one may.',
  'built-in-model': () => 'Not here: this browser has no model of its own for this language.',
  memory: (unmet) => {
    const [needed, available] = sizesOf(unmet);
    return `Too large: it takes ${needed} of memory, and the device has about ${available}.`;
  },
  storage: (unmet) => {
    const [needed, available] = sizesOf(unmet);
    return `No room: ${needed} to fetch, and ${available} of storage left.`;
  },
};

export const en = {
  name: 'Satchel',
  skipToQuestion: 'Skip to the question',
  close: 'Close',
  cancel: 'Cancel',
  dismiss: 'Dismiss',
  separator: ' · ',
  sentenceGap: ' ',
  retry: 'Try again',
  copy: 'Copy',
  copied: 'Copied',
  delete: 'Delete',
  transfer: (loaded: number, total: number) =>
    total > 0 ? `${bytes(loaded)} of ${bytes(total)}` : loaded > 0 ? bytes(loaded) : 'Connecting…',
  transferred: 'Fetched; it is being started…',
  perSecond: (size: number) => `${bytes(size)}/s`,
  timeLeft: (seconds: number) => `${duration(seconds)} left`,
  errors,
  warnings,

  header: {
    private: 'Nothing leaves this device',
    privateDetail:
      'Reading, embedding and searching happen in this browser. No document and no question is sent anywhere.',
    privateHosts: (hosts: string) => `Texts go to ${hosts}, which you chose, and nowhere else`,
    offlineReady: 'Ready offline',
    offlineReadyDetail: 'This page opens without a network from now on.',
    update: 'New version: reload',
    updateShort: 'Update',
    views: 'Ask or look',
    settings: 'Settings',
    theme: 'Appearance',
    switchLanguage: '中文',
    switchLanguageLabel: '切换到简体中文',
  },

  empty: {
    headline: 'Ask your own documents.',
    lead: 'Drop them here and ask in English or Chinese. Every answer shows the exact sentence it comes from.',
    drop: 'Drop files or a folder',
    formats:
      'PDF, Word, PowerPoint, Excel, OpenDocument, EPUB, RTF, Markdown, HTML, CSV, e-mail and plain text, and ZIP files of these',
    steps: [
      { title: 'Drop', text: 'Files are read and embedded inside this browser.' },
      { title: 'Ask', text: 'One model embeds documents and question, so meanings can be compared.' },
      { title: 'Check', text: 'Each sentence of the answer opens its source, highlighted.' },
    ],
    privacy: 'No account, no upload, no server. It keeps working offline.',
  },

  library: {
    title: 'Documents',
    tab: 'Documents',
    chooseFiles: 'Choose files',
    chooseFolder: 'Choose folder',
    dropHere: 'Drop to add',
    nothingDropped: 'Nothing readable was dropped. Drop files or a folder.',
    opening: 'Opening your library…',
    openFailed: 'Your library could not be opened.',
    summary: (n: number, chunks: number) => `${documents(n)} · ${passages(chunks)}`,
    filter: 'Filter by name',
    noMatch: 'No document has this in its name.',
    queued: 'Waiting',
    waiting: (n: number) => `${files(n)} waiting`,
    parsing: 'Reading',
    loadingModel: (loaded: number, total: number) =>
      total > 0 ? `Loading the model, ${bytes(loaded)} of ${bytes(total)}` : 'Loading the model',
    embedding: (done: number, total: number) => `Embedding ${number(done)} of ${number(total)}`,
    speed: (perSecond: number) => `${rate(perSecond)}/s`,
    overallSpeed: (perSecond: number) => `${rate(perSecond)} passages a second`,
    largeFile:
      'Very long: other files go first. Cancel it if it takes too long, or add only the part you need.',
    timeLeft: (seconds: number) => `${duration(seconds)} left`,
    overall: (done: number, total: number) => `${number(done)} of ${files(total)} done`,
    reading: (n: number) => `Taking in ${files(n)}…`,
    cancelFile: (name: string) => `Cancel ${name}`,
    cancelAll: 'Cancel all',
    dismissFile: (name: string) => `Dismiss the message about ${name}`,
    duplicate: (name: string, existing: string) =>
      name === existing
        ? `${name} is already here; it was not embedded again.`
        : `${name} has the same content as ${existing}, which is already here.`,
    outcome: (added: number, duplicates: number, failed: number, cancelled: number) =>
      [
        added > 0 && `${number(added)} added`,
        duplicates > 0 && `${number(duplicates)} already here`,
        failed > 0 && `${number(failed)} could not be read`,
        cancelled > 0 && `${number(cancelled)} cancelled`,
      ]
        .filter(Boolean)
        .join(' · '),
    resumed: (n: number) => `${files(n)} left unfinished last time; going on.`,
    restored: (n: number) =>
      `Your browser had lost its database. Satchel brings ${files(n)} back from its own copies; each can be searched as soon as it is indexed again.`,
    report: (name: string) => `Report on ${name}`,
    open: (name: string) => `Open ${name}`,
    remove: (name: string) => `Delete ${name}`,
    format: 'Format',
    size: 'Size',
    pages: 'Pages',
    characters: 'Characters',
    chunks: 'Passages',
    pagesWithoutText: (unit: PageUnit): string =>
      unit === 'slide' ? 'Slides without text' : 'Pages without text',
    readScans: 'Read scanned pages',
    readScansOf: (name: string) => `Read the scanned pages of ${name}`,
    readScansHint:
      'Recognises English and Chinese text on this device. Its program (9 MB) is fetched from this site once.',
    readScansMissing: 'Text recognition is not part of this build.',
    scansLoading: 'Fetching text recognition',
    scansReading: (done: number, total: number) =>
      `Reading scanned page ${Math.min(done + 1, total)} of ${total}`,
    scansRead: (name: string, pages: number) => `${count(pages, 'page', 'pages')} of ${name} read.`,
    scansCancel: (name: string) => `Stop reading ${name}`,
    folder: 'Folder',
    address: 'Address',
    added: 'Added',
    none: 'none',
    pageCount: (n: number, unit: PageUnit) => count(n, unit, `${unit}s`),
    chunkCount: passages,
    hasWarnings: (n: number) => count(n, 'warning', 'warnings'),
    removeTitle: (name: string) => `Delete ${name}?`,
    removeText: 'The file, its text and its vectors are erased from this device. This cannot be undone.',
    removeConfirm: 'Delete',
    keep: 'Keep',
    removed: (name: string) => `${name} was deleted from this device.`,
  },

  adding: {
    pasteText: 'Paste text',
    fromWeb: 'Add from the web',
    add: 'Add',
    title: 'Title',
    titleHelp: 'May be empty: the first line names it then.',
    text: 'Text',
    textHelp: 'Anywhere outside a field, Ctrl+V (⌘V) adds what you copied at once.',
    untitled: 'Pasted text',
    pasted: (name: string) => `${name}: added from the clipboard.`,
    address: 'Address of a page or file',
    addressHelp:
      'Fetched once, from this site alone, and only if it lets other pages read it. Nothing of yours is sent.',
    invalidAddress: 'This is not a web address.',
  },

  ask: {
    title: 'Ask',
    tab: 'Ask',
    label: 'Your question',
    placeholder: 'Ask your documents…',
    submit: 'Ask',
    stop: 'Stop',
    shortcut: 'Press / to ask',
    ready: (n: number) => `${documents(n)} ready to be asked.`,
    hint: 'Ask in English or Chinese, whatever language the documents are in.',
    waiting: 'The first document is still being read. You can ask as soon as it is ready.',
    thesis: (model: string) => `${model} embeds documents and questions alike.`,
    thesisDetail: 'Vectors of two different models cannot be compared, so one model serves both.',
    searching: 'Searching…',
    completed: (question: string) => `Searched with words of the question before: ${question}`,
    loadingModel: (percentage: number) => `Loading the embedding model, ${percent(percentage)}`,
    coverage: (searched: number, indexing: number) =>
      `Searched ${documents(searched)}; ${files(indexing)} still being indexed.`,
    searched: (searched: number, ms: number) => `${documents(searched)} searched in ${elapsed(ms)}`,
    more: (n: number) => `${documents(n)} added since.`,
    again: 'Ask again',
    answer: 'Answer',
    extractive: 'Taken word for word from your documents',
    settling: 'Comparing sentences…',
    passages: 'Passages',
    nearest: 'Nearest passages',
    noPassages: 'No passage was found.',
    citation: (n: number, name: string) => `Source ${number(n)}: ${name}`,
    openPassage: (n: number, name: string) => `Open passage ${number(n)} in ${name}`,
    page: (n: number, unit: PageUnit) => `${unit} ${number(n)}`,
    showAll: 'Show the whole passage',
    showLess: 'Show less',
    announceAnswer: (sentences: number) => `Answer: ${count(sentences, 'sentence', 'sentences')}.`,
    announcePassages: (n: number) => `${passages(n)} found.`,
  },

  why: {
    title: 'Why this passage',
    meaning: 'By meaning',
    nearest: (rank: number) => (rank === 1 ? 'the nearest' : `the ${ordinal(rank)} nearest`),
    notNear: 'not among the nearest',
    closeness: ['hardly related', 'loosely related', 'close', 'very close'],
    cosine: (cosine: number) => `cosine ${score(cosine)}`,
    words: 'By words',
    rank: (rank: number) => ordinal(rank),
    matched: 'matched',
    noWords: 'none of the question’s words',
    together: 'Together',
    reread: 'Read again',
    score: (value: number) => `score ${score(value)}`,
    scale: (unrelated: number, alike: number) =>
      `With this model texts that have nothing in common come to about ${score(unrelated)}, a question and its answer to about ${score(alike)}.`,
    measuring: 'Measuring what the figure means…',
  },

  map: {
    title: 'Map',
    tab: 'Map',
    views: { documents: 'Your documents', words: 'Words' },
    leads: {
      documents:
        'Each point is a passage. The embedding model gives it a place among all meanings; passages that mean alike lie near each other. Search looks for the points nearest to your question.',
      words:
        'The same model gives words a place. Type your own, in any language: what means alike comes together, and no chat model is involved.',
    },
    label: (n: number) => `Map of ${passages(n)}`,
    keys: 'Arrow keys go from point to point, Enter opens the passage, Space chooses it, A chooses all in sight. Plus and minus zoom, 0 shows everything. The list beside it leads to the same passages.',
    lasso: 'Choose passages: draw round them, or click them (or hold Shift)',
    closer: 'Closer',
    further: 'Further away',
    whole: 'Show everything',
    legend: 'What is on the map',
    colourBy: 'Colour by',
    groupings: { topics: 'Topics', documents: 'Documents' },
    unnamed: (n: number) => `Topic ${number(n)}`,
    choose: (name: string, n: number) => `Choose ${name}: ${passages(n)}`,
    chosen: (n: number, name?: string) => `${passages(n)} chosen${name === undefined ? '' : `: ${name}`}`,
    nothingChosen: 'Nothing is chosen any more.',
    lassoed: 'What you chose',
    passages,
    askThese: 'Ask only these',
    clear: 'Show all',
    more: (n: number) => `and ${number(n)} more`,
    hint: 'A plane can’t show all directions in which meanings differ: near is a hint, the figures are the truth.',
    since: (n: number) => ` ${passages(n)} came since the axes were chosen.`,
    anew: 'Choose axes and topics again',
    draw: 'Draw the map',
    steps: {
      reading: 'Reading vectors…',
      grouping: 'Looking for topics…',
      placing: 'Placing passages…',
    },
  },

  words: {
    label: 'Words or phrases, one a line',
    help: (n: number) => `Up to ${number(n)}.`,
    plane: 'Where they fall',
    planeOf: (n: number) => `${number(n)} words in a plane; the table below has their similarities.`,
    comparing: 'Comparing…',
    table: 'How similar each two are',
    scale: (model: string, unrelated: number, alike: number) =>
      `The figures are cosines. ${model} uses a narrow band of them: words that have nothing in common come to about ${score(unrelated)}, words that mean the same to about ${score(alike)}. Colours span this band.`,
    two: 'Compare any two texts',
    first: 'One text',
    second: 'Another text',
    compare: 'Compare',
  },

  related: {
    title: 'More like this',
    none: 'Nothing else is like it.',
  },

  scope: {
    only: (n: number, name?: string) =>
      `Only ${passages(n)}${name === undefined ? ' from the map' : `: ${name}`}`,
    all: 'Ask all documents again',
  },

  written: {
    title: 'Written answer',
    loading: 'Getting the chat model ready…',
    reading: 'Reading the passages…',
    stop: 'Stop',
    again: 'Write again',
    copy: 'Copy with sources',
    sources: 'Sources',
    unsupported: 'No passage supports this sentence',
    stopped: 'Stopped.',
    cut: 'The model reached its limit before the end.',
    leftOut: (n: number) => `${passages(n)} did not fit into what the model reads.`,
    checks: {
      running: 'Written by a chat model. Its sentences are being checked against the passages…',
      done: 'Written by a chat model. Each sentence was checked against the passages: a number opens the place that supports it, a question mark says that none does.',
      failed: 'Written by a chat model. Sentences without a mark could not be checked.',
    },
  },

  writer: {
    title: 'Who writes the answer',
    help: 'Sentences from your documents are always shown. A chat model can write an answer from them as well; its sentences are checked on this device.',
    nobody: 'Nobody',
    nobodyHelp: 'Answers are sentences from your documents, word for word.',
    helpOf: (engine: string): string => WRITER_HELP[engine] ?? '',
    address: 'Server address',
    addressHelpOf: {
      ollama: 'On this machine usually http://localhost:11434.',
      'openai-compatible': 'With its version, such as http://localhost:8080/v1.',
    } as Readonly<Record<string, string>>,
    recommended: 'Recommended here',
    own: 'A model of your own',
    ownHelp: 'By the addresses of its weights and of its compiled library.',
    addresses: {
      hub: {
        label: 'Model source',
        help: 'Base address of a model hub or a mirror of it.',
      },
      webLlmLibraries: {
        label: 'Source of compiled libraries',
        help: 'WebLLM runs a model by a library that was compiled for it and for this version.',
      },
      webLlmWeights: {
        label: 'Address of the weights',
        help: 'Such as https://huggingface.co/mlc-ai/Qwen3-0.6B-q4f16_1-MLC.',
      },
      webLlmLibrary: { label: 'Address of the compiled library', help: 'A .wasm file.' },
    },
    getReady: 'Fetch it and get it ready',
    isReady: 'Ready to write.',
    free: 'Free its memory',
    isReadyNow: (name: string) => `${name} is ready to write.`,
    key: 'Key',
    keyHelp: 'May be empty. Kept in this browser and sent to this address alone.',
    model: 'Chat model',
    memory: (size: number) => `Memory ${bytes(size)}`,
    contextWindow: (n: number) => `reads ${number(n)} tokens`,
    stored: (size: number) => `${bytes(size)} on this device`,
    storedInPart: (size: number) => `${bytes(size)} fetched so far`,
    fetchedLater: 'Or it is fetched with the first answer. What came before a cancel is kept.',
    storedModels: (used: number, free?: number) =>
      `Chat models on this device: ${bytes(used)}${free === undefined ? '' : `, ${bytes(free)} left`}`,
    removeAllModels: 'Delete all chat models',
    removeTitle: 'Delete from this device?',
    removeText: (names: string) => `${names}: it can be fetched or added again.`,
    removeModel: (name: string) => `Delete ${name} from this device`,
    removedModel: (name: string) => `${name} was deleted from this device.`,
    pull: 'Have Ollama fetch a model',
    pullButton: 'Fetch',
    pulling: (loaded: number, total: number) =>
      total > 0 ? `Fetching, ${bytes(loaded)} of ${bytes(total)} of this part` : 'Fetching…',
    connecting: 'Asking the server for its models…',
    noModels: 'The server has no chat model. Add one there, then open the settings again.',
    addFile: 'Use a model file…',
    addFileHelp:
      'A GGUF file from your disk. It is copied into this browser, so it is there without the file.',
    addingFile: (name: string) => `Copying ${name}`,
    addedFile: (name: string) => `${name} was added and chosen.`,
  },

  device: {
    gpu: (name: string, hasShaderF16: boolean) =>
      `Graphics: ${name || 'WebGPU'}${hasShaderF16 ? '' : ', without 16-bit shaders'}`,
    noGpu: 'No graphics card is offered to the browser',
    memory: (size: number) => `memory: ${bytes(size)} or more`,
    free: (size: number) => `storage left: ${bytes(size)}`,
    recommended: (model: string, engine: string) =>
      model === engine ? `Recommended here: ${model}.` : `Recommended here: ${model}, by ${engine}.`,
    choose: 'Choose it',
    nothingFits: 'No model of the list fits this device. A server of your own may do.',
    unmet: (unmet: Unmet): string => UNMET[unmet.reason](unmet),
  },

  viewer: {
    label: 'Source',
    loading: 'Opening the document…',
    close: 'Close the source (Esc)',
    previous: 'Previous place in this document',
    next: 'Next place in this document',
    find: 'Find in this document',
    findCount: (index: number, total: number, isMore: boolean) =>
      `${number(index)} of ${number(total)}${isMore ? '+' : ''}`,
    findNone: 'Not found',
    findPrevious: 'Previous hit (Shift+Enter)',
    findNext: 'Next hit (Enter)',
    findClose: 'Close the search (Esc)',
    outline: 'Contents',
    table: 'Table',
    copy: 'Copy with source',
    copied: 'Copied, with its source.',
    position: (index: number, total: number) => `${number(index)} of ${number(total)}`,
    citation: (n: number) => `Citation ${number(n)}`,
    passage: (n: number) => `Passage ${number(n)}`,
    placedOnScan:
      'This page is a picture. Its text was recognised, so the passage is here, but it can’t be highlighted.',
    notPlaced: 'The quote could not be found in the document as shown, so nothing is highlighted.',
    pageOf: (page: number, pages: number) => `Page ${number(page)} of ${number(pages)}`,
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    download: 'Save a copy of the file',
    failed: 'The document could not be opened.',
  },

  mismatch: {
    title: 'Two models, no comparison',
    text: (collection: string, settings: string) =>
      `Your documents were embedded by ${collection}, the settings name ${settings}. Vectors of different models cannot be compared, so until you re-embed, ${collection} goes on answering.`,
    reindex: (n: number, settings: string) => `Re-embed ${documents(n)} with ${settings}`,
    goBack: (collection: string) => `Keep ${collection}`,
    revised: {
      title: 'The model is another one now',
      text: (name: string) =>
        `Your documents were embedded by another model than the one that is called ${name} now. Vectors of different models cannot be compared, so until you re-embed, only words can be searched.`,
      byWords: 'Search by words for now',
    },
    recut: {
      title: 'Passages are cut in a new way',
      text: 'Your documents go on answering as they were cut when you added them. Indexed anew, they are cut as new ones are. The files are not needed for it.',
      reindex: (n: number) => `Index ${documents(n)} anew`,
      later: 'Not now',
    },
    progress: (done: number, total: number) => `Re-embedding: ${number(done)} of ${documents(total)}`,
    done: 'All documents are indexed anew.',
  },

  indexFallback: 'The exact index answers instead.',

  settings: {
    title: 'Settings',
    language: 'Language',
    languageAuto: 'As the browser',
    theme: 'Appearance',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    model: 'Embedding model',
    modelHelp:
      'It turns documents and questions into vectors. One model serves both; changing it means embedding all documents again.',
    languagesOf: { multi: 'Many languages', en: 'English', zh: 'Chinese' },
    bundled: 'Comes with this page',
    download: (size: number) => `Download ${bytes(size)}`,
    dimensions: (n: number) => `${number(n)} dimensions`,
    device: 'Device',
    devices: { auto: 'Automatic', wasm: 'CPU', webgpu: 'Graphics card (WebGPU)' },
    deviceNow: {
      wasm: 'Runs on the CPU.',
      webgpu: 'Runs on the graphics card.',
      remote: 'Runs on your Ollama host.',
    },
    deviceNotes: {
      'no-adapter': 'No graphics card is offered to the browser.',
      'self-check-failed': 'The graphics card gave wrong vectors, so it is not used.',
    },
    hub: 'Model source',
    hubHelp:
      'Base address of a model hub or a mirror of it. Contacted only for models that do not come with this page.',
    ollamaHost: 'Ollama host',
    ollamaModel: 'Ollama model',
    ollamaHelp: 'With Ollama as embedder, document texts and questions go to this host.',
    ollamaNoModels: 'This host has no embedding model yet.',
    ollamaAbsent: (model: string) => `${model} (not on this host)`,
    ollamaMissing: (model: string) =>
      `“${model}” is not among the embedding models of this host. Fetch it below, or choose another one.`,
    ollamaSuggested: (model: string) =>
      `Suggested: ${model}. nomic-embed-text (274 MB) reads English and is weak in Chinese; bge-m3 (1.2 GB) reads both.`,
    ollamaPull: 'Have Ollama fetch an embedding model',
    invalidUrl: 'This is not an address that begins with http:// or https://.',
    search: 'Search',
    retriever: 'How passages are found',
    retrievers: { hybrid: 'Meaning and keywords', dense: 'Meaning only', keyword: 'Keywords only' },
    retrieverHelp: {
      hybrid: 'Best for most questions.',
      dense: 'Finds other words for the same thing, and other languages.',
      keyword: 'Finds exact terms, names and numbers. Needs no model.',
    },
    reranker: 'Reranking',
    noReranker: 'None',
    noRerankerHelp: 'Passages stay in the order in which they were found.',
    rerankerHelp:
      'A second model reads the best 20 passages together with the question and puts them in a better order. It runs on the CPU of this device and takes some seconds a question; the passages are shown before it is done.',
    rerankerReady: (name: string) => `${name} is ready.`,
    index: 'Vector index',
    exactScan: 'Exact scan',
    indexExact: 'Exact.',
    indexApproximate: 'Approximate.',
    indexNoLimit: 'No limit on passages.',
    indexLimit: (n: number) => `At most ${passages(n)}.`,
    indexNoFilter: 'Searching a selection of documents is slower.',
    storage: 'Storage',
    storageUsed: (used: number, quota: number) =>
      `${bytes(used)} used of ${bytes(quota)} granted by the browser`,
    storageUnknown: 'The browser does not say how much is used.',
    persisted: 'Kept until you delete it, even when the disk runs low.',
    notPersisted: 'The browser may clear it when the disk runs low.',
    persist: 'Ask the browser to keep it',
    persistRefused: 'The browser did not agree. It often does once the page is installed or bookmarked.',
    deleteAll: 'Delete everything',
    deleteAllTitle: 'Delete all documents?',
    deleteAllText: (n: number) =>
      `${documents(n)}, with files, text and vectors, are erased from this device. This cannot be undone.`,
    deleteAllConfirm: 'Delete everything',
    deletedAll: 'Everything was deleted from this device.',
    privacy: 'What leaves this device',
    privacyNothing: 'Nothing.',
    privacyModel: (hub: string) => `Nothing of yours. Models are fetched from ${hub}.`,
    privacyHosts: (hosts: string) => `Texts and questions, to ${hosts}.`,
    privacyText:
      'Files, text, vectors and questions stay in this browser’s storage. The page is bound by a security policy to contact its own origin only, the model source or the servers that you choose, and a page that you add by its address.',
    failed: 'The settings could not be applied.',
  },
};
