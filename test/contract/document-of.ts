import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** The API document of one controller, as Nest generates it from decorators alone. */
export async function documentOf(controller: Type, extraModels: Type[] = []): Promise<OpenAPIObject> {
  @Module({ controllers: [controller] })
  class TestModule {}
  const app = await NestFactory.create(TestModule, { logger: false, abortOnError: false });
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().build(), { extraModels });
  await app.close();
  return document;
}
