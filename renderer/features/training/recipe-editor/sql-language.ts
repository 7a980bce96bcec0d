import { StreamLanguage } from '@codemirror/language';

/** The words of SQL, as far as a SELECT needs them. */
export const sqlWords =
  'select from where group by order having limit join left right full inner outer semi anti on using as and or not in is null like ilike between case when then else end cast union all distinct with over partition rows qualify asc desc nulls first last true false interval values except intersect cross exists'.split(
    ' ',
  );
const known = new Set(sqlWords);

/** SQL by its words: enough for colours. */
export const sqlLanguage = StreamLanguage.define<{ inComment: boolean }>({
  name: 'sql',
  startState: () => ({ inComment: false }),
  token(stream, state) {
    if (state.inComment) {
      state.inComment = !stream.match(/^.*?\*\//);
      if (state.inComment) stream.skipToEnd();
      return 'comment';
    }
    if (stream.eatSpace()) return null;
    if (stream.match(/^--.*/)) return 'comment';
    if (stream.match('/*')) {
      state.inComment = true;
      return 'comment';
    }
    if (stream.match(/^'(?:[^']|'')*'?/)) return 'string';
    if (stream.match(/^"(?:[^"]|"")*"?/)) return 'propertyName';
    if (stream.match(/^\d+(?:\.\d+)?(?:e[+-]?\d+)?/i)) return 'number';
    const word = stream.match(/^[\p{L}_][\p{L}\p{N}_]*/u);
    if (word && word !== true) return known.has(word[0].toLowerCase()) ? 'keyword' : null;
    stream.next();
    return null;
  },
  languageData: { commentTokens: { line: '--' } },
});
