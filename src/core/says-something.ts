const CHARACTER = /(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}]/u;

/** Whether a text given as a reason holds a letter or digit that one can see: marks alone, or letters that nothing shows of (U+3164), say nothing. */
export function saysSomething(text: string | null | undefined): boolean {
  return text !== null && text !== undefined && CHARACTER.test(text);
}
