import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { JobRequest } from '@countersign/contracts';
import { BEARER } from '../identity/operation.decorator.js';
import type { Route } from '../identity/routes.js';
import { ProblemDto } from './problem.dto.js';

/** Where the OpenAPI document can be read, as a page; `.json` has the document itself. */
export const DOCS_PATH = 'api/docs';
/** Every address at which the document itself is. */
export const DOCS_PATHS: Readonly<Record<string, Route>> = Object.fromEntries(
  ['', '.json', '.yaml'].map((form) => [`/${DOCS_PATH}${form}`, 'docs']),
);

const DESCRIPTION = [
  'Governed jobs of autonomous agents: ask, watch, approve, read what was released.',
  'Every refusal is a problem document (RFC 9457), whatever the operation: also 404 at an unknown address, 405 with',
  '`Allow` for another method, 408, 413, 417, 429 and 431, and 400 for what is no HTTP message.',
].join('\n');

/** The OpenAPI document of the API. The job request is the contract's own schema; 3.1 takes JSON Schema as it is. */
export function openApiDocument(app: NestExpressApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Countersign')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        description: 'An API key, or a token (JWT) of a configured issuer. Not needed by a local caller.',
      },
      BEARER,
    )
    .build();
  const document = SwaggerModule.createDocument(app, config, { extraModels: [ProblemDto] });
  // `$id` would change what the references inside the document resolve against.
  const { $id: _, ...jobRequest } = JSON.parse(JSON.stringify(JobRequest)) as Record<string, unknown>;
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, JobRequest: jobRequest },
  };
  return document;
}

/** Serves the document. */
export function serveOpenApi(app: NestExpressApplication, document: OpenAPIObject): void {
  SwaggerModule.setup(DOCS_PATH, app, document, {
    jsonDocumentUrl: `${DOCS_PATH}.json`,
    yamlDocumentUrl: `${DOCS_PATH}.yaml`,
  });
}
