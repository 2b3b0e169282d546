import { Kind, parse, visit, type DocumentNode } from 'graphql';
import type { RequestBody } from 'react-maintenance-mode/server';

/** The fields of the schema, with the feature that each belongs to. */
const features = { search: 'search', comments: 'comments', addComment: 'comments' } as const;
type Feature = (typeof features)[keyof typeof features];

interface Asked {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

async function documentsOf({ method, url = '' }: Asked, body: RequestBody): Promise<DocumentNode[]> {
  // Some servers also read the query of a POST from the URL.
  const inAddress = new URL(url, 'http://localhost').searchParams.getAll('query');
  const inBody = method === 'GET' ? [] : ([await body.json()].flat() as { query: string }[]);
  const queries = [...inAddress, ...inBody.map(({ query }) => query)];
  // If this throws, the request counts for every feature. So does a persisted query, which has only a hash.
  if (!queries.length) throw new Error('There is no query.');
  return queries.map((query) => parse(query));
}

/** For `routes`: the features of all fields, at any depth, in every operation of a batch. */
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
