import { describe, expect, test } from 'vitest';
import { decodeText } from './decode-text.ts';

/** There is a decoder for each of these in every runtime, and an encoder in none: it is turned round. */
function encoderOf(encoding: string): (text: string) => Uint8Array {
  const decoder = new TextDecoder(encoding);
  const table = new Map<string, readonly number[]>();
  const learn = (...bytes: number[]): void => {
    const character = decoder.decode(Uint8Array.from(bytes));
    if ([...character].length === 1 && character !== '\ufffd' && !table.has(character))
      table.set(character, bytes);
  };
  for (let first = 0; first < 256; first++) learn(first);
  for (let lead = 0x81; lead < 0xff; lead++) for (let trail = 0x40; trail < 0xff; trail++) learn(lead, trail);
  return (text) =>
    Uint8Array.from(
      [...text].flatMap((character) => {
        const bytes = table.get(character);
        if (!bytes) throw new RangeError(`${encoding} has no ${character}`);
        return bytes;
      }),
    );
}

const utf16 = (text: string, isLittle: boolean): Uint8Array => {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), isLittle);
  return new Uint8Array(view.buffer);
};

const TEXTS: readonly (readonly [encoding: string, text: string])[] = [
  ['gb18030', '会议定于下周三下午三点在二楼会议室举行，请各部门负责人准时参加，并带上本季度的工作总结。'],
  ['gb18030', '港口'.repeat(3) + '城市的夜晚很安静。'],
  ['big5', '會議定於下週三下午三點在二樓會議室舉行，請各部門負責人準時參加，並帶上本季度的工作總結。'],
  ['shift_jis', '会議は来週の水曜日の午後三時から二階の会議室で行います。資料を持って来てください。'],
  ['shift_jis', '東京都の人口は増えている。'],
  ['euc-jp', '会議は来週の水曜日の午後三時から二階の会議室で行います。資料を持って来てください。'],
  ['euc-kr', '회의는 다음 주 수요일 오후 세 시에 이 층 회의실에서 열립니다. 자료를 가지고 오세요.'],
  [
    'windows-1252',
    'La réunion aura lieu à trois heures ; apportez le « résumé » – déjà relu – et 5 € chacun.',
  ],
  ['windows-1252', 'Die Prüfung für Bürger über 30 heißt “Übung”, größtenteils.'],
  ['windows-1251', 'Встреча состоится в среду в три часа в зале на втором этаже, принесите отчёт.'],
  ['ibm866', 'Встреча состоится в среду в три часа в зале на втором этаже, принесите отчет.'],
  ['koi8-r', 'Встреча состоится в среду в три часа в зале на втором этаже, принесите отчет.'],
];

describe('an encoding that nothing names', () => {
  test.each(TEXTS)('%s: %s', (encoding, text) => {
    const bytes =
      encoding === 'windows-1252'
        ? Uint8Array.from(
            [...text].map((c) => ({ '€': 0x80, '“': 0x93, '”': 0x94, '–': 0x96 })[c] ?? c.charCodeAt(0)),
          )
        : encoderOf(encoding)(text);
    const decoded = decodeText(bytes);
    expect(decoded.text).toBe(text);
    expect(decoded.encoding).toBe(encoding);
    expect(decoded.warnings).toEqual([]);
  });

  test('a Chinese line in a long English text is found', () => {
    const line = '本项目的默认端口没有变化，请按照说明书进行设置。';
    const english = new TextEncoder().encode('All other settings stay as they are.\n'.repeat(5000));
    const decoded = decodeText(Uint8Array.from([...english, ...encoderOf('gb18030')(line), ...english]));
    expect(decoded.text).toContain(line);
  });

  test('too few bytes to be sure: a guess that says so', () => {
    const { text, warnings } = decodeText(encoderOf('gb18030')('你好'));
    expect(text).toBe('你好');
    expect(warnings).toEqual([{ code: 'encoding-uncertain', details: { encoding: 'gb18030' } }]);
  });
});

describe('Unicode', () => {
  const text = 'Port 11434, 默认端口。\nSecond line';

  test.each([
    ['utf-8', new TextEncoder().encode(text)],
    ['utf-8', new TextEncoder().encode(`\ufeff${text}`)],
    ['utf-16le', utf16(`\ufeff${text}`, true)],
    ['utf-16be', utf16(`\ufeff${text}`, false)],
    ['utf-16le', utf16(text, true)],
    ['utf-16be', utf16(text, false)],
  ])('%s', (encoding, bytes) => {
    expect(decodeText(bytes)).toEqual({ text, encoding, warnings: [] });
  });

  test('UTF-16 of Chinese alone has no NUL bytes and no mark', () => {
    const chinese = '这是一份没有标记的文件，里面只有中文。我们要把它读出来。';
    expect(decodeText(utf16(chinese, true)).text).toBe(chinese);
    expect(decodeText(utf16(chinese, false)).text).toBe(chinese);
  });

  test('a few invalid bytes are replaced and counted, the rest is kept', () => {
    const bytes = new TextEncoder().encode('前面的中文没有问题，X后面的也没有。');
    bytes[bytes.indexOf(0x58)] = 0xff;
    const { text, encoding, warnings } = decodeText(bytes);
    expect(encoding).toBe('utf-8');
    expect(text).toBe('前面的中文没有问题，\ufffd后面的也没有。');
    expect(warnings).toEqual([{ code: 'invalid-characters', details: { count: 1 } }]);
  });
});

describe('HTML that declares its encoding', () => {
  const page = (label: string, body: string): Uint8Array =>
    Uint8Array.from([
      ...new TextEncoder().encode(`<meta charset="${label}"><p>`),
      ...encoderOf('big5')(body),
    ]);

  test('is believed where that fits', () => {
    expect(decodeText(page('big5', '樓'), 'html')).toMatchObject({ encoding: 'big5', warnings: [] });
  });

  test('is not believed where the bytes are UTF-8', () => {
    const bytes = new TextEncoder().encode('<meta charset="gbk"><p>端口');
    expect(decodeText(bytes, 'html')).toMatchObject({
      encoding: 'utf-8',
      text: '<meta charset="gbk"><p>端口',
    });
  });

  test('an unknown label is passed over', () => {
    const { text } = decodeText(page('x-mystery', '會議定於下週三下午三點在二樓會議室舉行。'), 'html');
    expect(text).toContain('會議定於下週三下午三點在二樓會議室舉行。');
  });
});

test('colours in a log do not make it binary, control characters do', () => {
  const log = new TextEncoder().encode('\u001b[32mok\u001b[0m done\n'.repeat(50));
  expect(decodeText(log).encoding).toBe('utf-8');
  expect(() => decodeText(Uint8Array.from({ length: 400 }, (_, i) => i % 7))).toThrow(
    expect.objectContaining({ code: 'binary' }),
  );
});
