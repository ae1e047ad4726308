/** A media type without its parameters, in lower case: neither has a meaning in its case (RFC 9110, section 8.3.1). */
export function mediaTypeOf(contentType = ''): string {
  return contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Whether a body is JSON in UTF-8. Other parameters have no meaning for JSON (RFC 8259, section 11). */
export function isJson(contentType = ''): boolean {
  if (contentType === 'application/json') return true;
  if (mediaTypeOf(contentType) !== 'application/json') return false;
  return contentType
    .toLowerCase()
    .split(';')
    .slice(1)
    .every((parameter) => {
      const [name = '', value = ''] = parameter.split('=', 2);
      return name.trim() !== 'charset' || UTF_8.has(value.trim());
    });
}

const UTF_8 = new Set(['utf-8', 'utf8', '"utf-8"', '"utf8"']);
