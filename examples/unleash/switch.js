/**
 * Writes a flag at Unleash by its admin API, for `maintenance-mode --switch ./switch.js`.
 *
 * A user in maintenance is an activation strategy of their own: Unleash adds and removes strategies one by one, while two writers of one list of
 * users lose each other's changes. By default it takes 30 strategies for one flag and environment.
 */
export default function createSwitch({ flag, options, env, signal }) {
  const { url = 'http://127.0.0.1:4242', project = 'default', environment = 'development' } = options;
  const token = env.UNLEASH_TOKEN ?? '';
  const projectPath = `/api/admin/projects/${encodeURIComponent(project)}`;
  const pathOf = (key) =>
    `${projectPath}/features/${encodeURIComponent(key)}/environments/${encodeURIComponent(environment)}`;
  const path = pathOf(flag);

  async function ask(method, path, body) {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: token, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    }).catch((cause) => {
      throw failure('unreachable', `${url} did not answer.`, { cause, mayBeDone: method !== 'GET' });
    });
    const text = await response.text().catch((cause) => {
      throw failure('unreachable', `${url} broke off its answer.`, { cause, mayBeDone: method !== 'GET' });
    });
    if (!response.ok) throw refusalOf(response.status, text, method);
    try {
      return text && JSON.parse(text);
    } catch (cause) {
      throw failure('failed', `${url} did not answer with JSON. Check --switch-option url.`, {
        cause,
        mayBeDone: method !== 'GET',
      });
    }
  }

  async function read(key = flag) {
    return stateOf(key, await ask('GET', pathOf(key)));
  }

  async function hold(user, comment) {
    await ask('POST', `${path}/strategies`, {
      name: 'flexibleRollout',
      title: `${mark}: ${comment}`.slice(0, 100),
      parameters: { rollout: '100', stickiness: 'default', groupId: flag },
      constraints: [{ contextName: 'userId', operator: 'IN', values: [user] }],
    });
  }

  async function change({ everyone, hold: held = [], release = [], comment }) {
    const { enabled, strategies } = await ask('GET', path);
    const users = usersOf(strategies);
    let hasBegun = false;
    try {
      if (everyone !== undefined && everyone !== enabled) {
        await ask('POST', `${path}/${everyone ? 'on' : 'off'}`);
        hasBegun = true;
      }
      for (const user of held.filter((key) => !users.has(key))) {
        await hold(user, comment);
        hasBegun = true;
      }
      for (const id of release.flatMap((user) => users.get(user) ?? [])) {
        await ask('DELETE', `${path}/strategies/${id}`);
        hasBegun = true;
      }
      return await read();
    } catch (error) {
      // Whatever failed after the first step, a part of the change is made.
      throw hasBegun ? Object.assign(error, { mayBeDone: true }) : error;
    }
  }

  /** Asks Unleash to evaluate the flag, as it does for its clients. */
  async function serves(user = 'maintenance-mode-probe') {
    const { features } = await ask('POST', '/api/admin/playground/advanced', {
      projects: [project],
      environments: [environment],
      context: { appName: mark, userId: user },
    });
    const found = features.find(({ name }) => name === flag)?.environments[environment];
    if (!found) throw failure('failed', `Unleash did not evaluate the flag "${flag}".`);
    return found.some(({ isEnabled }) => isEnabled);
  }

  async function list(matching = 'maintenance') {
    const { features } = await ask('GET', `${projectPath}/features`);
    const names = features
      .map(({ name }) => name)
      .filter((name) => name.toLowerCase().includes(matching.toLowerCase()));
    const states = [];
    for (const name of names) states.push(await read(name));
    return states;
  }

  return {
    service: url,
    scope: { project, environment },
    can: { everyone: true, users: true, values: 'none' },
    secrets: [token],
    read: () => read(),
    change,
    serves,
    list,
  };
}

/** What the strategies of this switch are called; the rest of their title is the comment. */
const mark = 'maintenance-mode';
/** A strategy for nobody: a flag without strategies is on for everyone. */
const nobody = 'maintenance-mode:nobody';

function stateOf(flag, { enabled, strategies }) {
  const users = usersOf(strategies);
  const others = strategies.filter((strategy) => !strategy.disabled && !userOf(strategy));
  const isPerUser = users.has(nobody);
  users.delete(nobody);
  return {
    flag,
    everyone: enabled && (others.length > 0 || !strategies.length),
    users: new Map(Array.from(users.keys(), (user) => [user, true])),
    ignoresUsers: !enabled,
    remarks: [`Flag "${flag}" is ${enabled ? 'on' : 'off'}.`],
    refusal({ everyone, hold = [] }) {
      if (everyone && isPerUser)
        return `Flag "${flag}" is for single users: it has a strategy for "${nobody}". Use another flag for everyone.`;
      if (everyone === false && users.size)
        return `Flag "${flag}" holds single users: end that first, with -u.`;
      if (!hold.length) return undefined;
      const listed = hold.find((user) => user.includes(','));
      if (listed !== undefined)
        return `Unleash takes ${JSON.stringify(listed)} for several users when it evaluates a flag: keys with commas do not work with this switch.`;
      if (!isPerUser)
        return `Flag "${flag}" is not prepared for single users. Give it a strategy whose title begins with "${mark}" and whose one constraint is: userId IN ${nobody}.`;
      if (!enabled)
        return `Flag "${flag}" is off in this environment. Turn it on: it serves nobody until users are added.`;
      return undefined;
    },
  };
}

/** The ids of our strategies for each user. */
function usersOf(strategies) {
  const users = new Map();
  for (const strategy of strategies) {
    const user = userOf(strategy);
    if (user !== undefined) users.set(user, [...(users.get(user) ?? []), strategy.id]);
  }
  return users;
}

/** The user of one of our strategies. */
function userOf({ title, disabled, constraints: [constraint, ...more] }) {
  const isOurs = title?.startsWith(mark) && !disabled && !more.length && constraint?.contextName === 'userId';
  return isOurs && constraint.values.length === 1 ? constraint.values[0] : undefined;
}

function refusalOf(status, text, method) {
  const said = `(${status}: ${text.slice(0, 200)})`;
  if (status === 401)
    return failure('unauthorized', `Unleash refused the token. Check UNLEASH_TOKEN. ${said}`);
  if (status === 403) return failure('forbidden', `The token may not change this flag. ${said}`);
  if (status === 404) return failure('not-found', `There is no such flag, project or environment. ${said}`);
  if (status === 429) return failure('rate-limited', `Unleash limits the rate of requests. ${said}`);
  if (status < 500) return failure('invalid', `Unleash refused the change. ${said}`);
  return failure('failed', `Unleash failed. ${said}`, { mayBeDone: method !== 'GET' });
}

function failure(kind, message, { cause, mayBeDone = false } = {}) {
  return Object.assign(new Error(message, { cause }), { failure: kind, mayBeDone });
}
