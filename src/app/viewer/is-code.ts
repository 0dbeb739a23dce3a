/** Plain text that people wrote for people; all else that is read as text is set in a fixed width. */
const PROSE = /\.(?:te?xt|rst|adoc|asciidoc|org|tex|eml|srt|vtt)$/i;

export const isCode = (name: string): boolean => name.includes('.') && !PROSE.test(name);
