/**
 * The texts of Warning headers (RFC 7234 section 5.5: `299 - "text"`), of which one header may hold several.
 * What is not in that form is given as it is. Pure.
 */
export function parseWarnings(header: string | readonly string[] | undefined): readonly string[] {
  const lines = header === undefined ? [] : typeof header === 'string' ? [header] : header;
  return lines.flatMap((line) => {
    const texts = [...line.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, quoted = '']) =>
      unquoted(quoted),
    );
    return texts.length > 0 ? texts : [line];
  });
}

function unquoted(quoted: string): string {
  return quoted.replace(/\\(.)/g, '$1');
}
