/** The words of a text as full-text search takes them: runs of letters, digits and marks; what is between them is not searched. */
export function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}
