import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, Matches } from 'class-validator';

/** A few words as they stand in a query, where one of them alone is no list. */
export function QueryWords(words: readonly string[]): PropertyDecorator {
  return applyDecorators(
    IsIn(words, { each: true, message: `must be one of ${words.join(', ')}` }),
    ApiProperty({ type: 'string', enum: words, isArray: true }),
  );
}

/** A whole number of at least 1, as it stands in a query. */
export function QueryNumber(options: { default?: number } = {}): PropertyDecorator {
  return applyDecorators(
    Matches(/^0*[1-9]\d{0,8}$/, { message: 'must be a whole number of at least 1' }),
    ApiPropertyOptional({ ...options, type: 'integer' }),
  );
}

/** true or false, as it stands in a query. */
export function QueryFlag(): PropertyDecorator {
  return applyDecorators(
    IsIn(['true', 'false'], { message: 'must be true or false' }),
    ApiPropertyOptional({ type: 'boolean' }),
  );
}
