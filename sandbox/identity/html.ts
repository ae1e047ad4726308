const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Markup that is safe to send: built by `html`, or trusted where it is constructed. */
export class Html {
  constructor(readonly text: string) {}
}

/** Builds markup; interpolated values are escaped, unless they are markup. */
export function html(literals: TemplateStringsArray, ...holes: (Html | string)[]): Html {
  return new Html(
    String.raw({ raw: literals }, ...holes.map((hole) => (hole instanceof Html ? hole.text : escape(hole)))),
  );
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
