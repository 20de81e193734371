/**
 * Turns an array in Postgres text form into a JSON array.
 * @param text e.g. `{1,NULL,2}`, `{{"a b",c},{d,e}}` or, with bounds, `[0:1]={7,8}`
 * @param delimiter between elements: a comma for every built-in type except `box`
 * @param element converts the unquoted text of one element to JSON
 * @throws Error when the text is no array
 */
export function arrayTextToJson(
  text: string,
  delimiter: string,
  element: (text: string) => string,
): string {
  // Bounds are written only where they differ from 1; JSON has no place for them.
  let at = text.startsWith('[') ? text.indexOf('=') + 1 : 0;
  const json = list();
  if (at !== text.length) throw malformed();
  return json;

  function list(): string {
    if (text[at++] !== '{') throw malformed();
    if (text[at] === '}') {
      at++;
      return '[]';
    }
    const items: string[] = [];
    for (;;) {
      items.push(item());
      const next = text[at++];
      if (next === '}') return `[${items.join(',')}]`;
      if (next !== delimiter) throw malformed();
    }
  }

  function item(): string {
    if (text[at] === '{') return list();
    if (text[at] === '"') return element(quoted());
    const start = at;
    while (at < text.length && text[at] !== delimiter && text[at] !== '}') at++;
    const word = text.slice(start, at);
    return word === 'NULL' ? 'null' : element(word);
  }

  function quoted(): string {
    let value = '';
    at++;
    while (text[at] !== '"') {
      if (text[at] === '\\') at++;
      if (at >= text.length) throw malformed();
      value += text[at++];
    }
    at++;
    return value;
  }
}

function malformed(): Error {
  return new Error('malformed array text');
}
