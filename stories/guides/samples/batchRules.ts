import { createRules, type Features, type ReadFeatures } from 'react-maintenance-mode/server';

/** For `routes`: the features of all requests in the `$batch` of OData, as JSON or as multipart. */
export function batchFeatures<F extends string>(
  features: Features<F>,
  routes: { readonly [pattern: string]: F | readonly F[] },
): ReadFeatures<F, unknown> {
  const rules = createRules({ features, routes });
  return async (_request, body) => {
    const text = await body.text();
    const addresses = text.trimStart().startsWith('{')
      ? ((await body.json()) as { requests: { url: string }[] }).requests.map(({ url }) => url)
      : [...text.matchAll(/^[ \t]*[a-z]+[ \t]+(\S+)[ \t]+HTTP\//gim)].map(([, address = '']) => address);
    return addresses.flatMap((address) => [
      // URLs in a batch may be relative to the service root.
      ...rules.featuresOf(address),
      ...rules.featuresOf(`/odata/${address}`),
    ]);
  };
}
