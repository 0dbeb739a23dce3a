/** What the numbers of a format's sections count. */
export type PageUnit = 'page' | 'slide';

/** Apart from the registry: the page would be built with a copy of every parser that it never loads. */
const WITH_SLIDES: readonly string[] = ['pptx', 'odp'];

/** @param format of a document: the id of its parser, which another version may have had. */
export const pageUnitOf = (format: string): PageUnit => (WITH_SLIDES.includes(format) ? 'slide' : 'page');
