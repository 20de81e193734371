import { errorCatalogue } from '../../src/errors.ts';
import { errorPages } from '../errors.ts';
import { SUMMARY } from '../openapi/document.ts';
import { type Document, operationsOf, pathOf } from './document.ts';
import { errorCodes } from './error-page.ts';
import { guides } from './guides.ts';
import { plain } from './markdown.ts';

/** /llms.txt (llmstxt.org): what agents read first. */
export const llmsTxt = (document: Document): string => `# ${document.info.title}

> ${SUMMARY} JSON over HTTPS; an API key in \`Authorization: Bearer …\`, \`X-API-Key\` or \`?api_key=\`; errors are problems (RFC 9457) with a stable \`code\`, and their \`type\` is the page about them.

The whole API, for machines: [openapi.json](/openapi.json) (OpenAPI 3.1), or [openapi-3.0.json](/openapi-3.0.json) for tools that do not know 3.1.

## Guides

${guides.map(({ name, title, description }) => `- [${title}](/docs/${name}.md): ${description}`).join('\n')}

## Operations

${operationsOf(document)
  .map((operation) => {
    const { method, path, summary } = operation;
    return `- [${method} ${path}](${pathOf(operation)}): ${summary}`;
  })
  .join('\n')}

## Errors

${errorCodes
  .map(
    (code) =>
      `- [${errorCatalogue[code].status} ${code}](/docs/errors/${code}): ${plain(errorPages[code].meaning)}`,
  )
  .join('\n')}
`;

/**
 * Lets search engines index the documentation, but not the API. There is no sitemap: it would need the
 * origin, which the build does not know, and links lead to every page.
 */
export const ROBOTS_TXT = `User-agent: *
Disallow: /api/
Disallow: /auth/
Disallow: /settings
`;
