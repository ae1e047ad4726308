import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { rememberBytes } from '../platform/json-body.js';
import { GatewayRequest } from '../server/exchange.js';
import { readJsonBody } from './body.js';
import { check } from './check.js';
import { parseJson } from './json.js';
import type { Dto } from './members.js';

const BUILT_IN: ReadonlySet<unknown> = new Set([String, Number, Boolean, Array, Object]);

/**
 * Checks what a handler is given against the DTO class it declares: path parameters, query, body. Nothing is converted
 * or left out: what was checked is what is forwarded.
 */
@Injectable()
export class ContractPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (metatype === undefined || BUILT_IN.has(metatype)) return value;
    if (type === 'param' || type === 'query') return check(metatype as Dto, value, 'closed');
    return type === 'body' && value instanceof GatewayRequest ? this.body(metatype as Dto, value) : value;
  }

  /** A PUT is open: members that a newer platform gave and a frontend sends back survive. All else is closed. */
  private async body(dto: Dto, req: GatewayRequest): Promise<object> {
    const openness = req.method === 'PUT' ? 'open' : 'closed';
    const bytes = await readJsonBody(req);
    const value = check(dto, parseJson(bytes), openness) as object;
    rememberBytes(value, bytes);
    return value;
  }
}
