import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiExtension, ApiExtraModels } from '@nestjs/swagger';
import type { Dto } from './metadata.js';

/** Carries the name of the metadata class to where the API document is completed. */
export const UPLOAD_EXTENSION = 'x-upload-metadata';

/** Documents that an operation takes a file, along with what a class says about it, or JSON that says where it is. */
export function TakesDocument(byUrl: Dto, metadata: Dto): MethodDecorator {
  return applyDecorators(
    ApiBody({ type: byUrl }),
    ApiExtraModels(metadata),
    ApiExtension(UPLOAD_EXTENSION, metadata.name),
  );
}
