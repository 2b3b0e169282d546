import { Kind, parse, visit, type DocumentNode } from 'graphql';
import type { RequestBody } from 'react-maintenance-mode/server';

/** The fields of the schema that a feature answers. */
const features = { search: 'search', comments: 'comments', addComment: 'comments' } as const;
type Feature = (typeof features)[keyof typeof features];

interface Asked {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

async function documentsOf({ method, url = '' }: Asked, body: RequestBody): Promise<DocumentNode[]> {
  const { searchParams } = new URL(url, 'http://localhost');
  const asked = method === 'GET' ? { query: searchParams.get('query') } : await body.json();
  // What is no text throws: it counts as a request for every feature.
  return ([asked].flat() as { query: string }[]).map(({ query }) => parse(query));
}

/** For `routes`: the features of every field, however deep, and in every operation of a batch. */
export async function graphqlFeatures(request: Asked, body: RequestBody): Promise<Feature[]> {
  const found = new Set<Feature>();
  for (const document of await documentsOf(request, body)) {
    visit(document, {
      Field({ name: { value } }) {
        if (Object.hasOwn(features, value)) found.add(features[value as keyof typeof features]);
      },
    });
  }
  return [...found];
}

/** For `reads`: whether there is no mutation and no subscription. */
export async function graphqlReads(request: Asked, body: RequestBody): Promise<boolean> {
  const definitions = (await documentsOf(request, body)).flatMap((document) => document.definitions);
  return definitions.every(
    (definition) => definition.kind !== Kind.OPERATION_DEFINITION || definition.operation === 'query',
  );
}
