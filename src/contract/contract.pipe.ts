import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { rememberBytes } from '../platform/json-body.js';
import type { GatewayRequest } from '../server/exchange.js';
import { readJsonBody } from './body.js';
import { check } from './check.js';
import { parseJson } from './json.js';
import type { Dto } from './members.js';

/**
 * Reads a JSON body and checks it against the class that the handler declares. Nothing is converted or left out: what
 * was checked is what is forwarded. A PUT is open: members that a newer platform gave and a frontend sends back survive.
 */
@Injectable()
export class ContractPipe implements PipeTransform<GatewayRequest, Promise<object>> {
  async transform(req: GatewayRequest, { metatype }: Pick<ArgumentMetadata, 'metatype'>): Promise<object> {
    const bytes = await readJsonBody(req);
    const value = check(metatype as Dto, parseJson(bytes), req.method === 'PUT' ? 'open' : 'closed') as object;
    rememberBytes(value, bytes);
    return value;
  }
}
