import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { JobRequest } from '@countersign/contracts';
import { ProblemDto } from './problem.dto.js';

/** Where the OpenAPI document can be read, as a page; `.json` has the document itself. */
export const DOCS_PATH = 'api/docs';

/** The OpenAPI document of the API. The job request is the contract's own schema; 3.1 takes JSON Schema as it is. */
export function openApiDocument(app: NestExpressApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Countersign')
    .setDescription('Governed jobs of autonomous agents: ask, watch, approve, read what was released.')
    .setVersion('1')
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
export function serveOpenApi(app: NestExpressApplication): void {
  SwaggerModule.setup(DOCS_PATH, app, () => openApiDocument(app), {
    jsonDocumentUrl: `${DOCS_PATH}.json`,
    yamlDocumentUrl: `${DOCS_PATH}.yaml`,
  });
}
