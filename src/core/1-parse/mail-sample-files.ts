import { strToU8 } from 'fflate';
import type { Sample, SampleFile } from './sample-files.ts';

/** Messages made by code. */
const base64 = (text: string): string => btoa(String.fromCharCode(...strToU8(text)));

/** A header as it is written in a language that is not ASCII. */
export const encodedWord = (text: string): string => `=?utf-8?B?${base64(text)}?=`;

export const mailFile = (name: string, lines: readonly string[]): SampleFile => ({
  name,
  bytes: Uint8Array.from(strToU8(lines.join('\r\n'))),
});

/** Lines of a multipart entity. @param parts lines of each, headers first. */
export const multipart = (subtype: string, parts: readonly (readonly string[])[]): string[] => [
  `Content-Type: multipart/${subtype}; boundary="cut-${subtype}"`,
  '',
  ...parts.flatMap((part) => [`--cut-${subtype}`, ...part]),
  `--cut-${subtype}--`,
];

const headers = (subject: string): string[] => [
  'From: Ada <ada@example.org>',
  'To: Grace <grace@example.org>',
  'Date: Tue, 24 Nov 2026 15:27:56 +0800',
  `Subject: ${encodedWord(subject)}`,
  'MIME-Version: 1.0',
];

const html = (text: string): string[] => [
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: base64',
  '',
  base64(`<html><body><p>${text}</p></body></html>`),
];

const picture = [
  'Content-Type: image/png',
  'Content-Transfer-Encoding: base64',
  'Content-ID: <a>',
  '',
  'iVBORw0KGgo=',
];

export const mailSamples = (english: string, chinese: string): Readonly<Record<string, Sample>> => ({
  eml: {
    ...mailFile('waves.eml', [
      ...headers('海浪'),
      ...multipart('mixed', [['Content-Type: text/plain', '', english], html(chinese)]),
    ]),
    phrases: ['From: Ada <ada@example.org>', 'Subject: 海浪', english, chinese],
    noise: ['<p>', 'cut-mixed', 'utf-8', 'MIME-Version'],
    blank: mailFile('blank.eml', ['X-Mailer: none', '', '']),
  },
  mbox: {
    ...mailFile('waves.mbox', [
      'From ada@example.org Tue Nov 24 15:27:56 2026',
      ...headers('海浪'),
      '',
      english,
      '',
      '>From here on it is calm.',
      '',
      'From ada@example.org Tue Nov 24 15:28:56 2026',
      ...headers('Calm'),
      ...html(chinese),
    ]),
    phrases: ['Subject: 海浪', english, '\nFrom here on', 'Subject: Calm', chinese],
    noise: ['15:28:56', '>From', '<p>'],
    blank: mailFile('blank.mbox', ['From a@example.org Tue Nov 24 15:27:56 2026', 'X-Mailer: none', '', '']),
  },
  mhtml: {
    ...mailFile('waves.mhtml', [
      'From: <Saved by Blink>',
      'Subject: Waves',
      'MIME-Version: 1.0',
      ...multipart('related', [html(`${english}</p><p>${chinese}<img src="cid:a">`), picture]),
    ]),
    phrases: [english, chinese],
    noise: ['iVBOR', 'Blink', '<p>'],
    blank: mailFile('blank.mhtml', ['MIME-Version: 1.0', ...multipart('related', [picture])]),
  },
});
