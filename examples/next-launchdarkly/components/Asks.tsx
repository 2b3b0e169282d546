'use client';
import { use, useState } from 'react';
import { ApiContext } from './ApiContext';

export function Asks({ name, path, method }: { name: string; path: string; method: string }) {
  const api = use(ApiContext);
  const [answer, setAnswer] = useState('');
  const ask = async () => {
    const response = await api(path, { method });
    setAnswer(`${response.status}`);
  };
  return (
    <p>
      <input aria-label={`${name} text`} />
      <button type="button" onClick={ask}>
        {name}
      </button>
      <output>{answer}</output>
    </p>
  );
}
