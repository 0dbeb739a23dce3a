import type { Language } from '../../core/types.ts';

/** Said in the language of the question, whatever language the page is in: hence apart from its texts. */
export const NOT_FOUND: Readonly<Record<Language, { readonly what: string; readonly detail: string }>> = {
  en: {
    what: 'Your documents do not answer this.',
    detail: 'Nothing in them is close enough to the question. The nearest passages are below.',
  },
  zh: {
    what: '您的文档没有回答这个问题。',
    detail: '没有足够接近的内容。下面是最接近的段落。',
  },
};
