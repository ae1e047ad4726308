import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiExtraModels } from '@nestjs/swagger';
import type { Dto } from './members.js';

/** Carries the name of the metadata class to where the API document is completed. */
export const UPLOAD_EXTENSION = 'x-upload-metadata';

/** Documents that an operation also takes a file, along with what a class says about it (multipart/form-data). */
export function AlsoUpload(metadata: Dto): MethodDecorator {
  return applyDecorators(ApiExtraModels(metadata), ApiExtension(UPLOAD_EXTENSION, metadata.name));
}
