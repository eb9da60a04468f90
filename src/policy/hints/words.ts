/** The words of a name in lower case: `homePhone_2` is home, phone, 2; `IPAddress` is ip, address. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/[\s_]+/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

/** Whether `part` stands in `words` as neighbours, in order. */
export function containsWords(words: readonly string[], part: readonly string[]): boolean {
  if (part.length === 0) return false;
  for (let start = 0; start + part.length <= words.length; start += 1) {
    if (part.every((word, index) => words[start + index] === word)) return true;
  }
  return false;
}

/** `wordsOf` that remembers what it split. */
export function rememberingWords(): (name: string) => readonly string[] {
  const wordsByName = new Map<string, readonly string[]>();
  return (name) => {
    const words = wordsByName.get(name) ?? wordsOf(name);
    wordsByName.set(name, words);
    return words;
  };
}
