const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Markup that is safe to send: made by `html`, or vouched for where it is constructed. */
export class Html {
  constructor(readonly text: string) {}
}

/** Builds markup; whatever fills a hole is escaped, unless it is markup itself. */
export function html(literals: TemplateStringsArray, ...holes: (Html | string)[]): Html {
  return new Html(
    String.raw({ raw: literals }, ...holes.map((hole) => (hole instanceof Html ? hole.text : escape(hole)))),
  );
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
