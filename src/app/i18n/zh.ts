import type { PageUnit } from '../../core/1-parse/page-unit.ts';
import type { Unmet } from '../../core/7-answer/recommend.ts';
import { createFormat, ranges } from './format.ts';
import {
  OLD_OFFICE,
  detail,
  mergeCommand,
  ollamaCommand,
  type ErrorMessages,
  type Messages,
  type WarningMessages,
} from './messages.ts';

const { bytes, number, rate, duration, elapsed, percent, score } = createFormat('zh');

/** With the word that counts them. */
const UNITS: Readonly<Record<PageUnit, string>> = { page: '页', slide: '张幻灯片' };

const files = (n: number): string => `${number(n)} 个文件`;
const documents = (n: number): string => `${number(n)} 份文档`;
const passages = (n: number): string => `${number(n)} 个段落`;
const quoted = (file: string | undefined, fallback: string): string => (file ? `《${file}》` : fallback);

const errors: ErrorMessages = {
  'empty-file': (_, { file }) => ({
    what: `${quoted(file, '文件')}是空的。`,
    remedy: '请确认文件已完整保存或复制，然后重新添加。',
  }),
  'no-text': (d, { file }) => ({
    what: `${quoted(file, '文档')}${detail(d, 'pages') && `共 ${detail(d, 'pages')} 页，`}没有可读取的文字。`,
    remedy: '如果是扫描的 PDF，请点“识别扫描页”；其他文件请先做文字识别（OCR），再添加识别后的文件。',
  }),
  encrypted: (_, { file }) => ({
    what: `${quoted(file, '文档')}有密码保护。`,
    remedy: '请打开它，另存为不带密码的副本，再添加副本。',
  }),
  corrupt: (_, { file }) => ({
    what: `${quoted(file, '文档')}已损坏或不完整。`,
    remedy: '请重新下载或复制，或用原来的程序打开后重新保存。',
  }),
  'wrong-type': (d, { file }) => ({
    what: `${quoted(file, '文件')}的内容与文件名不符${detail(d, 'actual') && `，实际是 ${detail(d, 'actual')}`}。`,
    remedy: '请改成与内容相符的扩展名，然后重新添加。',
  }),
  'unsupported-type': (d, { file }) => ({
    what: `这里读不了${quoted(file, '这个文件')}的格式。`,
    remedy: OLD_OFFICE[detail(d, 'type')]
      ? `请用原来的程序或 LibreOffice 打开，另存为 ${OLD_OFFICE[detail(d, 'type')]} 后再添加。`
      : '请另存为 PDF、Word（.docx）、Markdown、HTML、CSV 或纯文本后再添加。',
  }),
  binary: (_, { file }) => ({
    what: `${quoted(file, '文件')}不是文本。`,
    remedy: '如果它是文档，请改成正确的扩展名（如 .pdf、.docx）后重新添加。',
  }),
  'too-large': (d, { file }) => ({
    what: `${quoted(file, '文件')}太大了${typeof d['limitBytes'] === 'number' ? `（上限 ${bytes(d['limitBytes'])}）` : ''}。`,
    remedy: '请拆成较小的文件再添加。',
  }),
  'archive-too-deep': (_, { file }) => ({
    what: `${quoted(file, '压缩包')}外面套了太多层压缩包。`,
    remedy: '请先解开外层，再单独添加它。',
  }),
  'parse-timeout': (_, { file }) => ({
    what: `读取${quoted(file, '文档')}的时间过长。`,
    remedy: '请拆分它，或另存为纯文本等更简单的格式后再添加。',
  }),
  'parse-failed': (_, { file }) => ({
    what: `${quoted(file, '文档')}无法读取。`,
    remedy: '请另存为 PDF 或纯文本等其他格式后再添加。',
  }),
  'web-offline': () => ({
    what: '没有网络连接。',
    remedy: '请联网后重试，或添加本机上的文件。',
  }),
  'web-refused': (d) => ({
    what: `${detail(d, 'host', '该网站')} 不允许其他网页读取它（CORS）。`,
    remedy: '请在新标签页中打开该页面并保存，再把保存的文件拖到这里。',
  }),
  'web-unreachable': (d) => ({
    what: `无法读取 ${detail(d, 'host', '该网站')}：它没有响应，或跳转到了别的网站。`,
    remedy: '请检查网址。如果在新标签页中能打开，请使用最终的网址，或保存页面后把文件拖到这里。',
  }),
  'web-not-found': (d) => ({
    what: `${detail(d, 'host', '该网站')} 上没有这个网址的内容。`,
    remedy: '请检查网址：在新标签页中打开，再从地址栏复制。',
  }),
  'web-failed': (d) => ({
    what: `${detail(d, 'host', '该网站')} 返回了错误（${detail(d, 'status')}）。`,
    remedy: '如果该页面需要登录，请在新标签页中打开并保存，再把文件拖到这里；否则请稍后重试。',
  }),
  'web-timeout': (d) => ({
    what: `${detail(d, 'host', '该网站')} 有 ${detail(d, 'seconds')} 秒没有发来任何数据。`,
    remedy: '请稍后重试。',
  }),
  'ocr-failed': (_, { file }) => ({
    what: `${quoted(file, '文档')}的扫描页未能识别。`,
    remedy: '识别程序在首次使用时下载，请检查网络后重试。',
  }),
  'ocr-found-nothing': (d, { file }) => ({
    what: `${quoted(file, '文档')}的 ${detail(d, 'pages')} 个扫描页上没有识别出文字。文档没有改动。`,
    remedy: '只能识别印刷的中文和英文。如果页面上有这样的文字，请摆正后以更高的清晰度重新扫描。',
  }),
  'unknown-embedder': (d) => ({
    what: `没有名为“${detail(d, 'id')}”的嵌入模型。`,
    remedy: '请在设置中另选一个。',
  }),
  'model-unreachable': (d) => ({
    what: `无法获取模型${detail(d, 'file') && `（${detail(d, 'file')}）`}。`,
    remedy: '请检查网络和设置中的模型来源，然后重试。',
  }),
  'model-mismatch': (d) => ({
    what: `模型的一个文件与预期不符${detail(d, 'file') && `（${detail(d, 'file')}）`}。`,
    remedy: '该文件未被使用。请在设置中更换模型来源，然后重试。',
  }),
  'embedding-failed': (_, { file }) => ({
    what: file ? `嵌入模型处理《${file}》时出错。` : '嵌入模型出错。',
    remedy: '请重试。若再次出现，请在设置中把设备改为“CPU”。',
  }),
  'unknown-reranker': (d) => ({
    what: `没有名为“${detail(d, 'id')}”的重排模型。`,
    remedy: '请在设置中另选一个。',
  }),
  'reranking-failed': () => ({
    what: '重排模型出错。',
    remedy: '段落仍按找到时的顺序排列。请在设置中换一个模型，或不用重排。',
  }),
  'text-too-long': (_, { file }) => ({
    what: file ? `《${file}》中有一段超出了嵌入模型的长度。` : '文字超出了模型的长度。',
    remedy: file ? '请换用能读更长文本的模型，再重新添加。' : '请把问题写短一些。',
  }),
  'ollama-unreachable': (d) => ({
    what: `Ollama 在 ${detail(d, 'host', '所设地址')} 没有应答。`,
    remedy: '请启动 Ollama，或在设置中更正地址。',
  }),
  'ollama-origin-refused': (d, place) => ({
    what: `Ollama 正在 ${detail(d, 'host', '所设地址')} 运行，但拒绝了本页面。`,
    remedy: '请停止 Ollama，用下面这行命令重新启动，然后重试：',
    command: ollamaCommand(place),
  }),
  'ollama-blocked': (d) => ({
    what: `浏览器不允许本页面访问 ${detail(d, 'host', '本地网络')}。`,
    remedy: '请点击地址栏左侧的图标，允许本页面访问本地网络，然后重试。',
  }),
  'ollama-model-missing': (d) => ({
    what: `Ollama 中没有模型“${detail(d, 'model')}”。`,
    remedy: '请在设置中获取，或用下面这行命令获取，然后重试：',
    command: `ollama pull ${detail(d, 'model', 'bge-m3')}`,
  }),
  'ollama-failed': (d) => ({
    what: `Ollama 返回了错误（${detail(d, 'reason') || detail(d, 'status')}）。`,
    remedy: '请查看它的日志，重启后重试。',
  }),
  'unknown-chat-engine': (d) => ({
    what: `没有名为“${detail(d, 'id')}”的作答方式。`,
    remedy: '请在设置中另选一个。',
  }),
  'chat-unreachable': (d) => ({
    what: `${detail(d, 'host', '所设地址')} 没有服务器应答，或者它拒绝了本页面。`,
    remedy: '请启动服务器，在设置中更正地址，或在它的跨域（CORS）设置中允许本页面的地址。',
  }),
  'chat-key-refused': (d) => ({
    what: `${detail(d, 'host', '服务器')} 不接受这个密钥。`,
    remedy: '请在设置中更正密钥。',
  }),
  'chat-model-missing': (d) => ({
    what: `${detail(d, 'host', '本机')} 上没有模型“${detail(d, 'model')}”。`,
    remedy: detail(d, 'host') ? '请在设置中选用它已有的模型。' : '请在设置中另选一个，或重新添加它的文件。',
  }),
  'chat-failed': (d) => ({
    what: `撰写回答时出错${detail(d, 'reason') && `（${detail(d, 'reason')}）`}。`,
    remedy: '请重试，或在设置中换一个模型。上面摘出的原句不受影响。',
  }),
  'not-gguf': (d) => ({
    what: `${quoted(detail(d, 'file'), '这个文件')}不是 GGUF 模型，或已损坏${detail(d, 'reason') && `（${detail(d, 'reason')}）`}。`,
    remedy: '请选择以 .gguf 结尾的文件；如果已经是，请重新下载或复制。',
  }),
  'not-a-chat-model': (d) => ({
    what: `${quoted(detail(d, 'file'), '这个文件')}不是对话模型：它没有对话模板。`,
    remedy: '请选择该模型名称中带有 Instruct、Chat 或 it 的版本。',
  }),
  'model-in-parts': (d) => ({
    what: `这个模型被分成了 ${detail(d, 'parts')} 个文件，${quoted(detail(d, 'file'), '这个文件')}只是其中之一。`,
    remedy: '请选择单个文件的版本，或用 llama.cpp 合并：把这行命令里的名称换成第一个文件的名称。',
    command: mergeCommand(d),
  }),
  'model-too-large': (d) => ({
    what: `${quoted(detail(d, 'file'), '这个模型')}太大，无法在浏览器中运行：它有 ${bytes(Number(d['sizeBytes'] ?? 0))}，而内存上限是 ${bytes(Number(d['limitBytes'] ?? 0))}。`,
    remedy: '请选择更小的模型，或每个权重位数更少的版本（如 Q4）。',
  }),
  'context-overflow': (d) => ({
    what: `问题超出了这个模型的长度${typeof d['contextWindow'] === 'number' ? `（它最多读 ${number(d['contextWindow'])} 个词元）` : ''}。`,
    remedy: '请把问题写短一些，或换用上下文更长的模型。',
  }),
  'webgpu-unavailable': () => ({
    what: '这个浏览器没有提供可用于计算的显卡。',
    remedy: '请在浏览器设置中打开硬件加速，或换一种作答方式：用 CPU 的方式到处可用。',
  }),
  'webgpu-feature-missing': (d) => ({
    what: `显卡或其驱动缺少这个模型需要的功能（${detail(d, 'feature')}）。`,
    remedy:
      detail(d, 'feature') === 'shader-f16'
        ? '请在设置中选择这个模型的 q4f32 版本。'
        : '请更新浏览器和显卡驱动，或在设置中换一种作答方式。',
  }),
  'gpu-lost': () => ({
    what: '显卡丢掉了模型，多半是显存不足。',
    remedy: '请重试，模型会重新加载。如果再次发生，请在设置中选择更小的模型。',
  }),
  'chat-library-mismatch': (d) => ({
    what: `模型的编译库与这个版本的 WebLLM 不匹配${detail(d, 'file') && `（${detail(d, 'file')}）`}。`,
    remedy: '请在设置中更正编译库的地址，或选择列表中的模型。',
  }),
  'prompt-api-unavailable': () => ({
    what: '这个浏览器没有可在本机运行的自带模型。',
    remedy: '桌面版 Chrome 和 Edge 在内存和磁盘空间足够时才有。也可以在设置中换一种作答方式。',
  }),
  'prompt-api-needs-click': () => ({
    what: '浏览器要先下载它自带的模型，而且必须由您点击才会开始。',
    remedy: '请点“重新撰写”，或在设置中把模型备好。',
  }),
  'prompt-api-language': (d) => ({
    what: `浏览器自带的模型不支持用${detail(d, 'language') === 'zh' ? '中文' : '英文'}作答。`,
    remedy: '请在设置中换一种作答方式。上面摘出的原句不受影响。',
  }),
  'prompt-api-filtered': () => ({
    what: '浏览器拦下了它自带的模型写出的内容。',
    remedy: '请换个说法提问，或在设置中换一种作答方式。上面摘出的原句不受影响。',
  }),
  'unknown-index': (d) => ({
    what: `没有名为“${detail(d, 'id')}”的向量索引。`,
    remedy: '请在设置中另选一个。',
  }),
  'dimension-mismatch': () => ({
    what: '有一个向量与索引的维数不符。',
    remedy: '请在设置中重新嵌入文档。',
  }),
  'invalid-vector': () => ({
    what: '嵌入模型给出了无法使用的数值。',
    remedy: '请在设置中把设备改为“CPU”，再重新添加文件。',
  }),
  'index-full': (d) => ({
    what: `所选索引${typeof d['maxChunks'] === 'number' ? `最多容纳 ${number(d['maxChunks'])} 个段落` : '已满'}。`,
    remedy: '请在设置中改用精确索引，它没有这个限制。',
  }),
  'index-corrupt': () => ({
    what: '保存的索引无法读取。',
    remedy: '系统会用已存的文本和向量重建。若仍失败，请重新嵌入文档。',
  }),
  'index-broken': () => ({
    what: '所选索引出错了。',
    remedy: '请在设置中改用精确索引。',
  }),
  'quota-exceeded': ({ neededBytes, freeBytes }, { file }) => ({
    what:
      (file ? `磁盘空间不足，放不下《${file}》。` : '浏览器给的磁盘空间已用完。') +
      (typeof neededBytes === 'number' && typeof freeBytes === 'number'
        ? `约需 ${bytes(neededBytes)}，剩余 ${bytes(freeBytes)}。`
        : ''),
    remedy: '请删除这里的一些文档，或清理磁盘，然后重试。',
  }),
  'storage-unavailable': () => ({
    what: '浏览器没有给本页面存储空间。',
    remedy: '请退出无痕模式，或允许本页面保存数据，然后刷新。',
  }),
  'storage-blocked': () => ({
    what: '另一个标签页开着本页面的旧版本。',
    remedy: '请关闭本页面的其他标签页，然后刷新。',
  }),
  'document-not-found': () => ({
    what: '这份文档已经不在这里了。',
    remedy: '重新添加该文件即可提问。',
  }),
  'fingerprint-mismatch': () => ({
    what: '文档是由另一个嵌入模型处理的，与设置不符。',
    remedy: '请重新嵌入文档，或改回原来的模型。',
  }),
  'index-busy': () => ({
    what: '另一个标签页正在改动这个资料库。',
    remedy: '请等它完成，或关闭它，然后重试。',
  }),
  'worker-crashed': (_, { file }) => ({
    what: file ? `处理《${file}》时检索进程停止了。` : '检索进程停止了。',
    remedy: '它已重新启动，已就绪的内容没有丢失。请再试一次。',
  }),
  aborted: (_, { file }) => ({
    what: file ? `《${file}》已取消。` : '已取消。',
    remedy: '可随时重新添加。',
  }),
  internal: (d, { file }) => ({
    what: `${file ? `处理《${file}》时` : ''}出现了意外错误${detail(d, 'reason') && `（${detail(d, 'reason')}）`}。`,
    remedy: '请重试。若仍然出现，请刷新页面，已就绪的内容不会丢失。',
  }),
};

/** By id of the chat engine. */
const WRITER_HELP: Readonly<Record<string, string>> = {
  'web-llm': '在这个浏览器里用显卡运行的模型：私密，比用 CPU 快得多。只需下载一次。',
  wllama: '在这个浏览器里运行的小模型，用 CPU，或在可行时用显卡：私密，但用 CPU 较慢。只需下载一次。',
  'prompt-api': 'Chrome 或 Edge 自带的模型，在本机运行；由浏览器下载一次，各网页共用。',
  ollama: '您自己的电脑或局域网里的模型。问题和找到的段落会发往这台主机。',
  'openai-compatible': 'llama.cpp server、LM Studio、vLLM 或在线服务。问题和找到的段落会发往这个地址。',
};

const warnings: WarningMessages = {
  'pages-without-text': (d) =>
    `第 ${ranges(detail(d, 'pages'))} ${UNITS[d['unit'] === 'slide' ? 'slide' : 'page']}没有文字，只有图片（例如扫描件）。`,
  'pages-read-by-ocr': (d) =>
    `第 ${ranges(detail(d, 'pages'))} 页的文字由图片识别而来（把握 ${detail(d, 'confidence')}%），个别字可能有误。`,
  'invalid-characters': (d) => `有 ${detail(d, 'count')} 处字符无法解码，已略去。`,
  'encoding-uncertain': (d) => `编码是推测的：${detail(d, 'encoding')}。如果文字不对，请检查原文件。`,
  'content-type-differs': (d) =>
    `文件名是 ${detail(d, 'named')}，内容却是 ${detail(d, 'actual')}，已按后者读取。`,
  'large-document': (d) =>
    `文档很大：${passages(Number(d['chunks'] ?? 0))}，嵌入约需 ${duration(Number(d['minutes'] ?? 0) * 60)}。`,
  'hidden-sheets': (d) => `隐藏的工作表未读取：${detail(d, 'sheets')}。如需读取，请在 Excel 中取消隐藏。`,
  'formulas-without-values': (d) =>
    `有 ${number(Number(d['count'] ?? 0))} 个公式没有保存计算结果：请用 Excel 打开并保存文件，然后重新添加。`,
  'not-well-formed': (d) => `文件不是有效的 ${detail(d, 'format')}，已按纯文本读取。`,
  'skipped-parts': (d) => `有 ${detail(d, 'count')} 个部分无法读取，已跳过。`,
};

const sizesOf = (unmet: Unmet): readonly [string, string] =>
  'neededBytes' in unmet ? [bytes(unmet.neededBytes), bytes(unmet.availableBytes)] : ['', ''];

const UNMET: Readonly<Record<Unmet['reason'], (unmet: Unmet) => string>> = {
  gpu: () => '本机不可用：浏览器没有提供显卡（WebGPU）。',
  'shader-f16': () => '本机不可用：显卡不支持 16 位着色器（shader-f16）。',
  memory64: () => '本机不可用：浏览器不支持 64 位 WebAssembly 内存，新版本也许支持。',
  'built-in-model': () => '本机不可用：这个浏览器没有支持中文的内置模型。',
  memory: (unmet) => {
    const [needed, available] = sizesOf(unmet);
    return `太大：需要 ${needed} 内存，本机约有 ${available}。`;
  },
  storage: (unmet) => {
    const [needed, available] = sizesOf(unmet);
    return `空间不足：还要下载 ${needed}，剩余存储空间 ${available}。`;
  },
};

export const zh: Messages = {
  name: '锦囊',
  skipToQuestion: '跳到提问框',
  close: '关闭',
  cancel: '取消',
  dismiss: '知道了',
  separator: ' · ',
  sentenceGap: '',
  retry: '重试',
  copy: '复制',
  copied: '已复制',
  delete: '删除',
  transfer: (loaded, total) =>
    total > 0 ? `${bytes(loaded)} / ${bytes(total)}` : loaded > 0 ? bytes(loaded) : '正在连接…',
  transferred: '已下载，正在启动…',
  perSecond: (size) => `${bytes(size)}/s`,
  timeLeft: (seconds) => `还需 ${duration(seconds)}`,
  errors,
  warnings,

  header: {
    private: '一切都留在本机',
    privateDetail: '阅读、嵌入和检索都在这个浏览器里完成。文档和问题不会发送到任何地方。',
    privateHosts: (hosts) => `文字只会发往您选定的 ${hosts}`,
    offlineReady: '可离线使用',
    offlineReadyDetail: '从现在起，没有网络也能打开本页面。',
    update: '有新版本，点此刷新',
    updateShort: '更新',
    views: '提问或查看',
    settings: '设置',
    theme: '外观',
    switchLanguage: 'EN',
    switchLanguageLabel: 'EN: switch to English',
  },

  empty: {
    headline: '向您自己的文档提问。',
    lead: '把文档放进来，用中文或英文提问。每个回答都会指出它出自哪一句。',
    drop: '把文件或文件夹拖到这里',
    formats:
      'PDF、Word、PowerPoint、Excel、OpenDocument、EPUB、RTF、Markdown、HTML、CSV、邮件和纯文本，以及装有这些文件的 ZIP',
    steps: [
      { title: '放入', text: '文件就在这个浏览器里阅读并嵌入。' },
      { title: '提问', text: '文档与问题由同一个模型嵌入，含义才能相互比较。' },
      { title: '核对', text: '回答的每一句都能打开出处，并标出原文。' },
    ],
    privacy: '无需账号，不上传，没有服务器，离线照常可用。',
  },

  library: {
    title: '文档',
    tab: '文档',
    chooseFiles: '选择文件',
    chooseFolder: '选择文件夹',
    dropHere: '松开即可添加',
    nothingDropped: '没有可读取的内容。请拖入文件或文件夹。',
    opening: '正在打开您的资料库…',
    openFailed: '无法打开您的资料库。',
    summary: (n, chunks) => `${documents(n)} · ${passages(chunks)}`,
    filter: '按名称筛选',
    noMatch: '没有名称中含有此内容的文档。',
    queued: '等待中',
    waiting: (n) => `${files(n)}等待中`,
    parsing: '正在读取',
    loadingModel: (loaded, total) =>
      total > 0 ? `正在载入模型，${bytes(loaded)} / ${bytes(total)}` : '正在载入模型',
    embedding: (done, total) => `正在嵌入 ${number(done)} / ${number(total)}`,
    speed: (perSecond) => `${rate(perSecond)}/秒`,
    overallSpeed: (perSecond) => `每秒 ${rate(perSecond)} 个段落`,
    largeFile: '文档很长，先处理其他文件。若等得太久，可以取消，或只添加需要的部分。',
    timeLeft: (seconds) => `还需 ${duration(seconds)}`,
    overall: (done, total) => `已完成 ${number(done)} / ${files(total)}`,
    reading: (n) => `正在收入 ${files(n)}…`,
    cancelFile: (name) => `取消《${name}》`,
    cancelAll: '全部取消',
    dismissFile: (name) => `关闭关于《${name}》的提示`,
    duplicate: (name, existing) =>
      name === existing
        ? `《${name}》已在资料库中，没有重复嵌入。`
        : `《${name}》与已有的《${existing}》内容相同。`,
    outcome: (added, duplicates, failed, cancelled) =>
      [
        added > 0 && `已添加 ${number(added)}`,
        duplicates > 0 && `已存在 ${number(duplicates)}`,
        failed > 0 && `无法读取 ${number(failed)}`,
        cancelled > 0 && `已取消 ${number(cancelled)}`,
      ]
        .filter(Boolean)
        .join(' · '),
    resumed: (n) => `上次有 ${files(n)}未完成，正在继续。`,
    restored: (n) =>
      `浏览器丢失了它的数据库。锦囊正从自己保留的副本中恢复 ${files(n)}，每个文件重新编入索引后即可搜索。`,
    report: (name) => `《${name}》的报告`,
    open: (name) => `打开《${name}》`,
    remove: (name) => `删除《${name}》`,
    format: '格式',
    size: '大小',
    pages: '页数',
    characters: '字符',
    chunks: '段落',
    pagesWithoutText: (unit) => (unit === 'slide' ? '没有文字的幻灯片' : '没有文字的页'),
    readScans: '识别扫描页',
    readScansOf: (name) => `识别《${name}》的扫描页`,
    readScansHint: '在本机识别中英文文字。识别程序（9 MB）只需从本站下载一次。',
    readScansMissing: '此版本不含文字识别。',
    scansLoading: '正在下载文字识别程序',
    scansReading: (done, total) => `正在识别第 ${Math.min(done + 1, total)} / ${total} 页`,
    scansRead: (name, pages) => `已识别《${name}》的 ${pages} 页。`,
    scansCancel: (name) => `停止识别《${name}》`,
    folder: '文件夹',
    address: '网址',
    added: '添加日期',
    none: '无',
    pageCount: (n, unit) => `${number(n)} ${UNITS[unit]}`,
    chunkCount: passages,
    hasWarnings: (n) => `${number(n)} 条提醒`,
    removeTitle: (name) => `删除《${name}》？`,
    removeText: '文件、文字和向量都会从本机抹去，无法撤销。',
    removeConfirm: '删除',
    keep: '保留',
    removed: (name) => `《${name}》已从本机删除。`,
  },

  adding: {
    pasteText: '粘贴文本',
    fromWeb: '从网页添加',
    add: '添加',
    title: '标题',
    titleHelp: '可以留空：以第一行作为标题。',
    text: '文本',
    textHelp: '在输入框之外按 Ctrl+V（⌘V），可以直接添加已复制的内容。',
    untitled: '粘贴的文本',
    pasted: (name) => `已从剪贴板添加《${name}》。`,
    address: '网页或文件的网址',
    addressHelp: '只获取一次，只访问这个网站，而且它须允许其他网页读取。不会发送您的任何内容。',
    invalidAddress: '这不是网址。',
  },

  ask: {
    title: '提问',
    tab: '提问',
    label: '您的问题',
    placeholder: '向您的文档提问…',
    submit: '提问',
    stop: '停止',
    shortcut: '按 / 键提问',
    ready: (n) => `${documents(n)}可以提问了。`,
    hint: '中文、英文都可以问，不论文档是哪种语言。',
    waiting: '第一份文档还在读取，就绪后即可提问。',
    thesis: (model) => `文档与问题都由 ${model} 嵌入。`,
    thesisDetail: '不同模型的向量不能相互比较，所以两者用同一个模型。',
    searching: '正在检索…',
    completed: (question) => `结合上一个问题检索：${question}`,
    loadingModel: (percentage) => `正在载入嵌入模型，${percent(percentage)}`,
    coverage: (searched, indexing) => `已检索 ${documents(searched)}，还有 ${files(indexing)}正在处理。`,
    searched: (searched, ms) => `检索 ${documents(searched)}，用时 ${elapsed(ms)}`,
    more: (n) => `此后新增了 ${documents(n)}。`,
    again: '再问一次',
    answer: '回答',
    extractive: '逐字摘自您的文档',
    settling: '正在比较句子…',
    passages: '段落',
    nearest: '最接近的段落',
    noPassages: '没有找到段落。',
    citation: (n, name) => `出处 ${number(n)}：《${name}》`,
    openPassage: (n, name) => `在《${name}》中打开第 ${number(n)} 段`,
    page: (n, unit) => `第 ${number(n)} ${UNITS[unit]}`,
    showAll: '展开整段',
    showLess: '收起',
    announceAnswer: (sentences) => `回答共 ${number(sentences)} 句。`,
    announcePassages: (n) => `找到 ${passages(n)}。`,
  },

  why: {
    title: '为何选中这段',
    meaning: '按含义',
    nearest: (rank) => (rank === 1 ? '最接近' : `第 ${number(rank)} 接近`),
    notNear: '不在最接近之列',
    closeness: ['几乎无关', '略有关联', '接近', '非常接近'],
    cosine: (cosine) => `余弦 ${score(cosine)}`,
    words: '按词语',
    rank: (rank) => `第 ${number(rank)} 名`,
    matched: '匹配到',
    noWords: '没有问题中的词语',
    together: '综合',
    reread: '重读排序',
    score: (value) => `得分 ${score(value)}`,
    scale: (unrelated, alike) =>
      `对这个模型而言，毫不相干的文字约为 ${score(unrelated)}，问题与其答案约为 ${score(alike)}。`,
    measuring: '正在测算这个数值的含义…',
  },

  map: {
    title: '地图',
    tab: '地图',
    views: { documents: '您的文档', words: '词语' },
    leads: {
      documents:
        '每个点是一个段落。嵌入模型按含义给它一个位置，意思相近的段落彼此靠近。检索就是寻找离问题最近的点。',
      words: '同一个模型也给词语定位。您可以输入任何语言的词：意思相近的会聚在一起，全程不需要聊天模型。',
    },
    label: (n) => `${passages(n)}的地图`,
    keys: '方向键在点之间移动，回车打开段落，空格选中，A 选中画面中的全部段落；加号和减号缩放，0 显示全部。旁边的列表通向同样的段落。',
    lasso: '圈选或点选段落（也可按住 Shift 圈选）',
    closer: '放大',
    further: '缩小',
    whole: '显示全部',
    legend: '地图上的内容',
    colourBy: '着色方式',
    groupings: { topics: '主题', documents: '文档' },
    unnamed: (n) => `主题 ${number(n)}`,
    choose: (name, n) => `选择 ${name}：${passages(n)}`,
    chosen: (n, name) => `已选择 ${passages(n)}${name === undefined ? '' : `：${name}`}`,
    nothingChosen: '已取消选择。',
    lassoed: '您选中的段落',
    passages,
    askThese: '只问这些',
    clear: '显示全部',
    more: (n) => `另有 ${number(n)} 个`,
    hint: '平面无法呈现含义的所有差别：距离近只是提示，数值才准确。',
    since: (n) => `选定坐标轴之后又加入了 ${passages(n)}。`,
    anew: '重新选定坐标轴和主题',
    draw: '绘制地图',
    steps: { reading: '正在读取向量…', grouping: '正在寻找主题…', placing: '正在安放段落…' },
  },

  words: {
    label: '词语或短句，每行一个',
    help: (n) => `最多 ${number(n)} 个。`,
    plane: '它们的位置',
    planeOf: (n) => `平面上的 ${number(n)} 个词，相似度见下表。`,
    comparing: '正在比较…',
    table: '两两相似度',
    scale: (model, unrelated, alike) =>
      `数值是余弦相似度。${model} 只用其中很窄的一段：毫不相干的词约为 ${score(unrelated)}，意思相同的词约为 ${score(alike)}，颜色按这一段着色。`,
    two: '比较任意两段文字',
    first: '一段文字',
    second: '另一段文字',
    compare: '比较',
  },

  related: {
    title: '相似段落',
    none: '没有与它相似的段落。',
  },

  scope: {
    only: (n, name) => `只问 ${passages(n)}${name === undefined ? '（在地图上圈选）' : `：${name}`}`,
    all: '恢复询问全部文档',
  },

  written: {
    title: '撰写的回答',
    loading: '正在准备对话模型…',
    reading: '正在阅读段落…',
    stop: '停止',
    again: '重新撰写',
    copy: '连同出处复制',
    sources: '出处',
    unsupported: '没有段落支持这一句',
    stopped: '已停止。',
    cut: '模型写到长度上限，未能写完。',
    leftOut: (n) => `另有 ${passages(n)}超出模型的阅读长度，未予采用。`,
    checks: {
      running: '由对话模型撰写，正在逐句与段落核对…',
      done: '由对话模型撰写。每一句都已与段落核对：数字可打开支持它的原文，问号表示没有原文支持。',
      failed: '由对话模型撰写。没有标记的句子未能核对。',
    },
  },

  writer: {
    title: '由谁撰写回答',
    help: '文档中的原句始终会列出。此外还可以让对话模型据此撰写回答，其中每一句都会在本机核对。',
    nobody: '不撰写',
    nobodyHelp: '回答就是文档中的原句，一字不改。',
    helpOf: (engine) => WRITER_HELP[engine] ?? '',
    address: '服务器地址',
    addressHelpOf: {
      ollama: '在本机上通常是 http://localhost:11434。',
      'openai-compatible': '包括版本号，例如 http://localhost:8080/v1。',
    },
    recommended: '推荐用于本机',
    own: '自己的模型',
    ownHelp: '填写权重和编译库的地址。',
    addresses: {
      hub: {
        label: '模型来源',
        help: '模型站或其镜像的基础地址。',
      },
      webLlmLibraries: {
        label: '编译库来源',
        help: 'WebLLM 靠编译库运行模型，编译库须与模型和这个版本相符。',
      },
      webLlmWeights: {
        label: '权重地址',
        help: '例如 https://huggingface.co/mlc-ai/Qwen3-0.6B-q4f16_1-MLC。',
      },
      webLlmLibrary: { label: '编译库地址', help: '一个 .wasm 文件。' },
    },
    getReady: '立即下载并备好',
    isReady: '已备好，可以撰写。',
    free: '释放内存',
    isReadyNow: (name) => `${name} 已备好，可以撰写。`,
    key: '密钥',
    keyHelp: '可以留空。只保存在这个浏览器里，只发往这个地址。',
    model: '对话模型',
    memory: (size) => `内存 ${bytes(size)}`,
    contextWindow: (n) => `可读 ${number(n)} 个词元`,
    stored: (size) => `本机已存 ${bytes(size)}`,
    storedInPart: (size) => `已下载 ${bytes(size)}`,
    fetchedLater: '也可以等到第一次撰写回答时再下载。取消之前已下载的部分会保留。',
    storedModels: (used, free) =>
      `本机上的对话模型：${bytes(used)}${free === undefined ? '' : `，剩余 ${bytes(free)}`}`,
    removeAllModels: '删除所有对话模型',
    removeTitle: '从本机删除？',
    removeText: (names) => `${names}：以后可以重新下载或添加。`,
    removeModel: (name) => `从本机删除 ${name}`,
    removedModel: (name) => `${name} 已从本机删除。`,
    pull: '让 Ollama 获取模型',
    pullButton: '获取',
    pulling: (loaded, total) =>
      total > 0 ? `正在获取，这一部分已有 ${bytes(loaded)} / ${bytes(total)}` : '正在获取…',
    connecting: '正在向服务器询问有哪些模型…',
    noModels: '服务器上没有对话模型。请先在那里添加，再重新打开设置。',
    addFile: '使用模型文件…',
    addFileHelp: '您磁盘上的 GGUF 文件。它会复制到这个浏览器里，之后不再需要原文件。',
    addingFile: (name) => `正在复制 ${name}`,
    addedFile: (name) => `${name} 已添加并选用。`,
  },

  device: {
    gpu: (name, hasShaderF16) => `显卡：${name || 'WebGPU'}${hasShaderF16 ? '' : '，不支持 16 位着色器'}`,
    noGpu: '浏览器没有提供可用的显卡',
    memory: (size) => `内存：${bytes(size)} 或更多`,
    free: (size) => `剩余存储空间：${bytes(size)}`,
    recommended: (model, engine) =>
      model === engine ? `推荐用于本机：${model}。` : `推荐用于本机：${model}（${engine}）。`,
    choose: '选用',
    nothingFits: '列表中没有适合本机的模型。可以使用自己的服务器。',
    unmet: (unmet) => UNMET[unmet.reason](unmet),
  },

  viewer: {
    label: '出处',
    loading: '正在打开文档…',
    close: '关闭出处（Esc）',
    previous: '本文档的上一处',
    next: '本文档的下一处',
    find: '在文档中查找',
    findCount: (index, total, isMore) => `${number(index)} / ${number(total)}${isMore ? '+' : ''}`,
    findNone: '没有找到',
    findPrevious: '上一个结果（Shift+Enter）',
    findNext: '下一个结果（Enter）',
    findClose: '关闭查找（Esc）',
    outline: '目录',
    table: '表格',
    copy: '连同出处一起复制',
    copied: '已连同出处一起复制。',
    position: (index, total) => `${number(index)} / ${number(total)}`,
    citation: (n) => `引用 ${number(n)}`,
    passage: (n) => `段落 ${number(n)}`,
    placedOnScan: '这一页是图片，文字由识别得来：引文就在本页，但无法标出。',
    notPlaced: '在显示的文档中找不到这句引文，所以没有标出任何内容。',
    pageOf: (page, pages) => `第 ${number(page)} 页，共 ${number(pages)} 页`,
    zoomIn: '放大',
    zoomOut: '缩小',
    download: '另存文件副本',
    failed: '无法打开这份文档。',
  },

  mismatch: {
    title: '两个模型，无从比较',
    text: (collection, settings) =>
      `您的文档由 ${collection} 嵌入，而设置中是 ${settings}。不同模型的向量不能相互比较，重新嵌入之前仍由 ${collection} 作答。`,
    reindex: (n, settings) => `用 ${settings} 重新嵌入 ${documents(n)}`,
    goBack: (collection) => `继续用 ${collection}`,
    revised: {
      title: '模型已经换了',
      text: (name) =>
        `嵌入您文档的模型与现在名为 ${name} 的不是同一个。不同模型的向量不能相互比较，重新嵌入之前只能按词检索。`,
      byWords: '暂时按词检索',
    },
    recut: {
      title: '段落的切分方式有更新',
      text: '已有的文档仍按添加时的切分作答。重新索引后，它们的切分就与新文档一致。不需要原来的文件。',
      reindex: (n) => `重新索引 ${documents(n)}`,
      later: '以后再说',
    },
    progress: (done, total) => `正在重新嵌入：${number(done)} / ${documents(total)}`,
    done: '所有文档都已重新索引。',
  },

  indexFallback: '现由精确索引代为检索。',

  settings: {
    title: '设置',
    language: '语言',
    languageAuto: '跟随浏览器',
    theme: '外观',
    themes: { system: '跟随系统', light: '浅色', dark: '深色' },
    model: '嵌入模型',
    modelHelp: '它把文档和问题变成向量。两者用同一个模型；更换模型就要重新嵌入所有文档。',
    languagesOf: { multi: '多语言', en: '英文', zh: '中文' },
    bundled: '随页面提供',
    download: (size) => `需下载 ${bytes(size)}`,
    dimensions: (n) => `${number(n)} 维`,
    device: '设备',
    devices: { auto: '自动', wasm: 'CPU', webgpu: '显卡（WebGPU）' },
    deviceNow: {
      wasm: '正在 CPU 上运行。',
      webgpu: '正在显卡上运行。',
      remote: '正在您的 Ollama 主机上运行。',
    },
    deviceNotes: {
      'no-adapter': '浏览器没有可用的显卡。',
      'self-check-failed': '显卡算出的向量有误，因此没有使用。',
    },
    hub: '模型来源',
    hubHelp: '模型站点或其镜像的地址。只有用到不随页面提供的模型时才会访问。',
    ollamaHost: 'Ollama 主机',
    ollamaModel: 'Ollama 模型',
    ollamaHelp: '用 Ollama 嵌入时，文档文字和问题会发往这台主机。',
    ollamaNoModels: '这台主机上还没有嵌入模型。',
    ollamaAbsent: (model) => `${model}（不在这台主机上）`,
    ollamaMissing: (model) => `“${model}”不在这台主机的嵌入模型之列。请在下面获取，或另选一个。`,
    ollamaSuggested: (model) =>
      `推荐 ${model}。nomic-embed-text（274 MB）擅长英文、中文较弱；bge-m3（1.2 GB）中英文皆可。`,
    ollamaPull: '让 Ollama 获取嵌入模型',
    invalidUrl: '这不是以 http:// 或 https:// 开头的地址。',
    search: '检索',
    retriever: '怎样找段落',
    retrievers: { hybrid: '含义与关键词', dense: '仅含义', keyword: '仅关键词' },
    retrieverHelp: {
      hybrid: '适合大多数问题。',
      dense: '能找到不同说法和另一种语言的内容。',
      keyword: '能找到准确的术语、名称和数字，不需要模型。',
    },
    reranker: '重排',
    noReranker: '不重排',
    noRerankerHelp: '段落按找到时的顺序排列。',
    rerankerHelp:
      '由另一个模型对照问题细读排在最前的 20 个段落，排出更好的顺序。它在本机 CPU 上运行，每个问题要多花几秒；段落会先显示出来。',
    rerankerReady: (name: string) => `${name} 已就绪。`,
    index: '向量索引',
    exactScan: '精确扫描',
    indexExact: '精确。',
    indexApproximate: '近似。',
    indexNoLimit: '段落数量不限。',
    indexLimit: (n) => `最多 ${passages(n)}。`,
    indexNoFilter: '只检索部分文档时较慢。',
    storage: '存储',
    storageUsed: (used, quota) => `已用 ${bytes(used)}，浏览器允许 ${bytes(quota)}`,
    storageUnknown: '浏览器没有说明用量。',
    persisted: '会一直保留，直到您删除，磁盘紧张时也不会清除。',
    notPersisted: '磁盘紧张时浏览器可能会清除。',
    persist: '请浏览器长期保留',
    persistRefused: '浏览器没有同意。安装或收藏本页面后通常会同意。',
    deleteAll: '删除全部内容',
    deleteAllTitle: '删除所有文档？',
    deleteAllText: (n) => `${documents(n)}，连同文件、文字和向量，都会从本机抹去，无法撤销。`,
    deleteAllConfirm: '全部删除',
    deletedAll: '全部内容已从本机删除。',
    privacy: '什么会离开本机',
    privacyNothing: '什么都不会。',
    privacyModel: (hub) => `您的内容都不会。模型从 ${hub} 获取。`,
    privacyHosts: (hosts) => `文字和问题会发往 ${hosts}。`,
    privacyText:
      '文件、文字、向量和问题都留在这个浏览器的存储里。安全策略限定本页面只能访问自己的站点，您选定的模型来源或服务器，以及您按网址添加的网页。',
    failed: '设置未能生效。',
  },
};
