import type { Message } from '@connect-gateway/client';

const LABELS = { error: 'Error', warning: 'Warning', info: 'Note' } as const;

/** The severity of a message, as a word and not as a colour alone. */
export function Severity({ severity }: { readonly severity: Message['severity'] }) {
  return <span className={`badge ${severity}`}>{LABELS[severity]}</span>;
}
