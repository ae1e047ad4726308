import { Answer, type GatewayResponse } from '../server/exchange.js';
import type { UploadedDocument } from './uploaded-document.js';

/** An answer that needs an uploaded document, which is thrown away after it. */
export class ImportAnswer extends Answer {
  constructor(
    private readonly document: UploadedDocument,
    private readonly work: () => Promise<Answer>,
  ) {
    super();
    document.claim();
  }

  async sendTo(res: GatewayResponse): Promise<void> {
    try {
      const answer = await this.work();
      await answer.sendTo(res);
    } finally {
      await this.document.discard();
    }
  }
}
