import type { Message } from '@connect-gateway/client';
import type { ReactNode } from 'react';

const LABELS = { error: 'Error', warning: 'Warning', info: 'Note' } as const;

/** One message in a list, below what it is about; its severity is a word and not a colour alone. */
export function MessageRow({
  message: { severity, text, detail = [] },
  children,
}: {
  readonly message: Message;
  readonly children?: ReactNode;
}) {
  return (
    <li>
      <div>
        {children}
        <p>{text}</p>
        {detail.map((line) => (
          <p key={line} className="quiet small">
            {line}
          </p>
        ))}
      </div>
      <span className={`badge ${severity}`}>{LABELS[severity]}</span>
    </li>
  );
}
