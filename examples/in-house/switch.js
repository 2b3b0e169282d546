/** Writes a flag through the shop's operator endpoint, for `maintenance-mode --switch ./switch.js`. */
export default function createSwitch({ flag, options, env, signal }) {
  const { url = 'http://127.0.0.1:3000' } = options;
  const token = env.OPERATOR_TOKEN ?? 'local';
  const address = `${url}/operator/flags`;

  async function ask(method, path, body) {
    const response = await fetch(address + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    }).catch((cause) => {
      throw failure('unreachable', `${url} did not answer. Is the shop running? Try: npm start`, cause);
    });
    if (response.status === 401)
      throw failure('unauthorized', 'The shop refused the token. Check OPERATOR_TOKEN.');
    if (response.status === 404) throw failure('not-found', `The shop has no flag "${flag}". Check -f.`);
    if (!response.ok) throw failure('failed', `The shop answered with ${response.status}.`);
    return await response.json();
  }
  const ofFlag = `/${encodeURIComponent(flag)}`;
  const stateOf = (key, { everyone, users }) => ({
    flag: key,
    everyone,
    users: new Map(Object.entries(users)),
  });

  return {
    service: url,
    can: { everyone: true, users: true, values: 'own' },
    secrets: [token],
    read: async () => stateOf(flag, await ask('GET', ofFlag)),
    change: async (change) => stateOf(flag, await ask('POST', ofFlag, change)),
    list: async () => Object.entries(await ask('GET', '')).map(([key, row]) => stateOf(key, row)),
  };
}

/** `mayBeDone`: when an answer is lost, the change may still have been made. */
function failure(kind, message, cause) {
  return Object.assign(new Error(message, { cause }), { failure: kind, mayBeDone: kind !== 'unauthorized' });
}
